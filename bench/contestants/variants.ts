import type { Contestant } from './contestant.ts';

interface Change {
  readonly name: string;
  readonly env?: Readonly<Record<string, string>>;
  /** A checkout to run instead of this one. */
  readonly root?: string;
  /** A module that is loaded before the service. */
  readonly preload?: string;
}

/** The same service, run otherwise. */
export function changed(contestant: Contestant, { name, env = {}, root, preload }: Change): Contestant {
  return {
    ...contestant,
    name: `${contestant.name}-${name.replaceAll(/\W+/g, '-')}`,
    title: name,
    async launches(task, freePort) {
      const { launches, ...rest } = await contestant.launches(task, freePort);
      const flags = preload === undefined ? [] : ['--import', preload];
      return {
        ...rest,
        launches: launches.map((launch) =>
          Object.assign({}, launch, { args: [...flags, ...launch.args], env: { ...launch.env, ...env } }, root === undefined ? {} : { cwd: root }),
        ),
      };
    },
  };
}
