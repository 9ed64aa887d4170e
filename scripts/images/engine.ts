export interface BuildOptions {
  readonly tag: string;
  readonly buildArgs: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
}

/** What an image says of itself. */
export interface ImageConfig {
  readonly user: string;
  readonly env: readonly string[];
  readonly entrypoint: readonly string[];
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The health check's program and arguments. */
  readonly health: readonly string[];
}

/** A container that shares nothing with the machine but its network: read-only root, no capabilities, no new privileges. */
export interface Container {
  readonly url: string;
  /** Runs a program inside, as the container's user; gives back its exit code. */
  exec(args: readonly string[]): number;
  /** Sends SIGTERM, or only waits until it has ended by itself; gives back the exit code and what was logged. */
  end(how: 'terminate' | 'wait'): Promise<{ readonly code: number | null; readonly log: string }>;
}

/** What builds and runs images on this machine. */
export interface Engine {
  readonly name: string;
  build(options: BuildOptions): void;
  inspect(tag: string): ImageConfig;
  /** Calls back with a folder that holds the image's files. */
  withFiles<Result>(tag: string, use: (root: string) => Promise<Result>): Promise<Result>;
  /** Starts the image's program on a free port of 127.0.0.1. */
  start(tag: string, config: ImageConfig): Promise<Container>;
}
