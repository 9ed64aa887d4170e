import { url } from './addresses.ts';
import { field, type Field } from './load-config.ts';
import { bytes, choice, flag, hostNames, json, list, milliseconds, text, whole } from './values.ts';
import { z } from 'zod';

/** What every server here can be told: where it listens, what it bears, how it stops, what it says. */
export const serverFields = {
  hosts: field({
    env: 'HOST',
    schema: list(),
    fallback: '::',
    doc: 'Addresses to listen on, divided by commas: `::` is all addresses, IPv6 and IPv4; `localhost` is both loopback addresses. Where the machine has no IPv6, `::` means `0.0.0.0`.',
  }),
  operationsPort: field({
    env: 'OPERATIONS_PORT',
    schema: whole({ min: 0, max: 65_535 }),
    doc: 'Port of its own for the operations calls: metrics, status, drift, experiments, samples, probes. The gateway then serves them, except the probes, on no other port.',
  }),
  allowedHosts: field({
    env: 'ALLOWED_HOSTS',
    schema: hostNames(),
    doc: 'Names in the `Host` header that are answered besides `localhost` and IP addresses, without ports, divided by commas. Without it, any name is answered, but none where `HOST` is a loopback address: a page whose name was pointed there (DNS rebinding) must not reach it.',
  }),
  logLevel: field({
    env: 'LOG_LEVEL',
    schema: choice(['trace', 'debug', 'info', 'warning', 'warn', 'error', 'critical', 'fatal', 'silent']),
    fallback: 'info',
    doc: 'Least level that is logged (`warning` and `critical` mean `warn` and `fatal`).',
  }),
  logFormat: field({
    env: 'LOG_FORMAT',
    schema: choice(['auto', 'json', 'pretty']),
    fallback: 'auto',
    doc: 'JSON lines, or lines for people; `auto` is pretty on a terminal.',
  }),
  logFile: field({ env: 'LOG_FILE', schema: text(), doc: 'File to append the log to instead of standard output.' }),
  otlpEndpoint: field({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: url(),
    doc: 'OTLP/HTTP collector that gets the traces; without it no trace is exported.',
  }),
  bodyMaxBytes: field({ env: 'BODY_MAX_BYTES', schema: bytes({ min: 1024 }), fallback: '10MiB', doc: 'Largest request body.' }),
  oipBodyMaxBytes: field({
    env: 'OIP_BODY_MAX_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '64MiB',
    doc: 'Largest body of an inference request in the Open Inference Protocol, as it is sent and unpacked.',
  }),
  bodyBudgetBytes: field({
    env: 'BODY_BUDGET_BYTES',
    schema: bytes({ min: 1024 }),
    doc: "Bytes of request bodies that one process holds at once; further ones are refused with 503. By default a quarter of the container's memory, at most 1 GiB, divided among the processes. One request alone may always be as large as its own limit.",
  }),
  jsonMaxDepth: field({ env: 'JSON_MAX_DEPTH', schema: whole({ min: 4, max: 1000 }), fallback: '32', doc: 'Deepest nesting of a JSON body.' }),
  headersTimeoutMs: field({
    env: 'HEADERS_TIMEOUT',
    schema: milliseconds({ min: 100 }),
    fallback: '10s',
    doc: 'Time for the headers of a request to arrive, from its first byte; a connection over which nothing has come is idle.',
  }),
  headersMaxBytes: field({
    env: 'HEADERS_MAX_BYTES',
    schema: bytes({ min: 1024, max: 1024 ** 2 }),
    fallback: '16KiB',
    doc: 'Largest head of a request, request line included; a larger one is refused with 431. Services take 8 KiB more, for what the gateway adds.',
  }),
  halfClosedMs: field({
    env: 'HALF_CLOSED_TIMEOUT',
    schema: milliseconds({ min: 0 }),
    fallback: '2s',
    doc: 'Time in which a client still gets its answer after it has closed its sending side. It may have left altogether, so its request is then given up.',
  }),
  bodyTimeoutMs: field({ env: 'BODY_TIMEOUT', schema: milliseconds({ min: 100 }), fallback: '30s', doc: 'Time for a whole request to arrive.' }),
  keepAliveMs: field({
    env: 'KEEP_ALIVE',
    schema: milliseconds({ min: 0 }),
    fallback: '75s',
    doc: 'Time that an idle connection is kept; longer than the idle time of whatever proxy is in front.',
  }),
  deadlineMs: field({
    env: 'REQUEST_TIMEOUT',
    schema: milliseconds({ min: 1 }),
    fallback: '10s',
    doc: 'Deadline of a request that names none in `x-request-timeout-ms`.',
  }),
  deadlineMaxMs: field({ env: 'REQUEST_TIMEOUT_MAX', schema: milliseconds({ min: 1 }), fallback: '60s', doc: 'Longest deadline that a request may ask for.' }),
  drainDelayMs: field({
    env: 'DRAIN_DELAY',
    schema: milliseconds({ min: 0 }),
    fallback: '1s',
    doc: 'After SIGTERM, time for which new requests are still served, until load balancers have forgotten this process (5 s or more in a cluster).',
  }),
  drainTimeoutMs: field({
    env: 'DRAIN_TIMEOUT',
    schema: milliseconds({ min: 0 }),
    fallback: '25s',
    doc: 'After that, longest wait for requests in flight, and for clients that still have connections open.',
  }),
  accessLog: field({ env: 'ACCESS_LOG', schema: flag(), fallback: 'true', doc: 'One log line a request.' }),
};

/** The names of a setting of a task: `TASK_DIGIT_URL`, and for the first three tasks also the one of before there were others, `DIGIT_URL`. */
export function namesOfTaskSetting({ prefix, isFirst }: TaskNames, rest: string): { env: string; aliases?: readonly string[] } {
  return { env: `${prefix}_${rest}`, ...(isFirst && { aliases: [`${prefix.replace('TASK_', '')}_${rest}`] }) };
}

/** How the settings of a task are named. */
export interface TaskNames {
  /** Such as `TASK_DIGIT`. */
  readonly prefix: string;
  /** One of the three tasks that every suite has. */
  readonly isFirst: boolean;
}

/** What a task is called, and the largest body of its predictions: under the same names at the gateway and at the service. */
export function aboutTaskFields(names: TaskNames) {
  return {
    taskTitle: field({
      env: `${names.prefix}_TITLE`,
      schema: text(),
      doc: 'Title of the task; by default what the task declares, or its name with a capital letter.',
    }),
    taskDescription: field({ env: `${names.prefix}_DESCRIPTION`, schema: text(), doc: 'One sentence about the task for the documentation of the API.' }),
    taskBodyMaxBytes: field({
      ...namesOfTaskSetting(names, 'BODY_MAX_BYTES'),
      schema: bytes({ min: 1024 }),
      doc: 'Largest body of a prediction or a batch; by default what the task declares, at most `BODY_MAX_BYTES`.',
    }),
    taskDefaults: field({
      env: `${names.prefix}_DEFAULTS`,
      schema: json(z.record(z.string(), z.unknown()), 'a JSON object from options of a request to values'),
      doc: 'Defaults of the options of a request, such as `{"conf_threshold":0.4}`; each wins over the one that the task declares.',
    }),
  };
}

/** The port of a server; each has a default of its own. */
export function portField(fallback: number): Field<number> {
  return field({ env: 'PORT', schema: whole({ min: 0, max: 65535 }), fallback: String(fallback), doc: 'Port to listen on.' });
}
