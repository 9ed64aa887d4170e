import { kindNames, type Kind } from '../../../packages/contracts/src/index.ts';
import { toolsOf } from '../../kinds/tools-of.ts';
import { CommandError } from '../command.ts';
import type { Preparation, PreparationOption } from './options.ts';

/** The options that were given. */
function givenOf(options: Preparation): PreparationOption[] {
  const { size, range, colour, resize, mean, std, interpolation, layout, scores, multiLabel, anchor, boxFormat } = options;
  const isGiven: Readonly<Record<PreparationOption, boolean>> = {
    size: size !== undefined,
    range: range !== undefined,
    colour: colour !== undefined,
    'range -1-1': range?.[0] === -1,
    'colour grey': colour === 'grey',
    resize: resize !== undefined,
    mean: mean !== undefined,
    std: std !== undefined,
    interpolation: interpolation !== undefined,
    layout: layout !== undefined,
    scores: scores !== undefined,
    'multi-label': multiLabel,
    anchor: anchor !== undefined,
    'box-format': boxFormat !== undefined,
  };
  return (Object.keys(isGiven) as PreparationOption[]).filter((option) => isGiven[option]);
}

/** @throws {CommandError} exit code 2, when an option is for models of another kind, or its value for none of this one */
export async function requireFit(kind: Kind, options: Preparation): Promise<void> {
  const { importing } = await toolsOf(kind);
  const wrong = givenOf(options).find((option) => !importing.options.includes(option));
  if (wrong !== undefined) {
    const all = await Promise.all(kindNames.map(async (name) => ({ name, takes: (await toolsOf(name)).importing.options })));
    const names = all.filter(({ takes }) => takes.includes(wrong)).map(({ name }) => name);
    throw new CommandError(`--${wrong} is for models of the kind ${names.join(' or ')}; this one is of the kind ${kind}.`, 2);
  }
  const fault = importing.refuse?.(options);
  if (fault !== undefined) throw new CommandError(fault, 2);
}
