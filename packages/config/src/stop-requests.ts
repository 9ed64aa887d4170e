import cluster from 'node:cluster';
import { isatty } from 'node:tty';

/** What a launcher and the services that it started say to each other over their IPC channel. */
export type LauncherMessage =
  /** From the launcher: it stops its services in order, so a signal to a service is passed on to it. */
  | { readonly facet: 'launched' }
  /** From the launcher: drain and end. */
  | { readonly facet: 'stop' }
  /** From a service: it was asked to stop by somebody else than the launcher. */
  | { readonly facet: 'stop-requested'; readonly signal: string };

interface StopHandler {
  /** Called once, with what asked for it: the name of a signal, or why no process is left to send one. */
  readonly stop: (reason: string) => void;
  /** Called for each further request while this process drains. */
  readonly repeated?: (reason: string) => void;
}

/** While a process starts there is nothing to drain. As PID 1 of a container it would not end by a signal that it does not handle. */
const whileStarting: StopHandler = { stop: () => process.exit(0) };

const terminal = 0;
const interruptedExitCode = 130;

let handler = whileStarting;
let isListening = false;
let isStopping = false;
let isManaged = false;

/**
 * Handles every way in which this process can be asked to stop, from its start on: SIGTERM, SIGINT, a terminal that was closed, and a
 * launcher or a primary process that has died. Requests after the first change nothing, except Ctrl-C pressed again on a terminal.
 *
 * SIGHUP as such ends nothing: it asks for the log file to be opened again.
 */
export function listenForStop(): void {
  if (isListening) return;
  isListening = true;
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
  const hadTerminal = isatty(terminal);
  process.on('SIGHUP', () => {
    if (hadTerminal && !isatty(terminal)) begin('the terminal was closed');
  });
  if (cluster.isWorker) {
    cluster.worker!.once('disconnect', () => {
      // Otherwise node:cluster exits at once, with requests in flight.
      cluster.worker!.exitedAfterDisconnect = true;
      begin('the primary process has ended');
    });
  } else if (process.send) {
    process.on('message', ({ facet }: LauncherMessage) => {
      if (facet === 'launched') isManaged = true;
      if (facet === 'stop') begin('the launcher');
    });
    // Other process managers use such a channel too and do not stop in this way.
    process.on('disconnect', () => isManaged && begin('the launcher has ended'));
  }
}

/** Says what to do when this process is asked to stop, from now on. */
export function onStop(wanted: StopHandler): void {
  handler = wanted;
  listenForStop();
}

function onSignal(signal: NodeJS.Signals): void {
  if (signal === 'SIGINT' && isStopping && isatty(terminal)) {
    if (!cluster.isWorker) process.stderr.write('Interrupted again: ending at once, without draining.\n');
    process.exit(interruptedExitCode);
  }
  // The launcher drains the gateway before the services behind it; a signal to all of them at once must not change that order.
  if (isManaged && process.connected && handler !== whileStarting) process.send?.({ facet: 'stop-requested', signal } satisfies LauncherMessage);
  else begin(signal);
}

function begin(reason: string): void {
  if (isStopping) {
    handler.repeated?.(reason);
    return;
  }
  isStopping = true;
  handler.stop(reason);
}
