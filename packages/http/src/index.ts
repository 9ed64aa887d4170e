export type { RequestContext } from './request-context.ts';
export { readBody } from './receive/body.ts';
export { optionsOf, receive, type Received } from './receive/receive.ts';
export { parseJson } from './receive/json.ts';
export { describeApi } from './docs.ts';
export type { Reply } from './reply.ts';
export { createShell, type Shell, type ShellConfig } from './shell.ts';
export { runMain } from './run-main.ts';
export { run, type Running } from './run.ts';
