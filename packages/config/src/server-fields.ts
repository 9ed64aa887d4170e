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
    doc: 'Comma-separated addresses to listen on. `::` means all addresses, IPv6 and IPv4; `localhost` means both loopback addresses. Without IPv6, `::` means `0.0.0.0`.',
  }),
  operationsPort: field({
    env: 'OPERATIONS_PORT',
    schema: whole({ min: 0, max: 65_535 }),
    doc: 'Separate port for operations: metrics, status, drift, experiments, samples, probes. The gateway then serves these, except the probes, on this port only.',
  }),
  allowedHosts: field({
    env: 'ALLOWED_HOSTS',
    schema: hostNames(),
    doc: 'Comma-separated host names accepted in the `Host` header, without ports, in addition to `localhost` and IP addresses. By default any name is accepted, but none if `HOST` is a loopback address, to prevent DNS rebinding.',
  }),
  logLevel: field({
    env: 'LOG_LEVEL',
    schema: choice(['trace', 'debug', 'info', 'warning', 'warn', 'error', 'critical', 'fatal', 'silent']),
    fallback: 'info',
    doc: 'Minimum log level (`warning` and `critical` mean `warn` and `fatal`).',
  }),
  logFormat: field({
    env: 'LOG_FORMAT',
    schema: choice(['auto', 'json', 'pretty']),
    fallback: 'auto',
    doc: 'Log format: JSON lines or human-readable text. `auto` is human-readable on a terminal.',
  }),
  logFile: field({ env: 'LOG_FILE', schema: text(), doc: 'File to append the log to instead of standard output.' }),
  otlpEndpoint: field({
    env: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    schema: url(),
    doc: 'OTLP/HTTP collector for traces. Unset disables trace export.',
  }),
  bodyMaxBytes: field({ env: 'BODY_MAX_BYTES', schema: bytes({ min: 1024 }), fallback: '10MiB', doc: 'Maximum size of a request body.' }),
  oipBodyMaxBytes: field({
    env: 'OIP_BODY_MAX_BYTES',
    schema: bytes({ min: 1024 }),
    fallback: '64MiB',
    doc: 'Maximum body size of an Open Inference Protocol request, compressed and decompressed.',
  }),
  bodyBudgetBytes: field({
    env: 'BODY_BUDGET_BYTES',
    schema: bytes({ min: 1024 }),
    doc: "Memory budget for request bodies per process; requests beyond it are rejected with 503. Defaults to a quarter of the container's memory, at most 1 GiB, divided among the processes. A single request may always use its own limit.",
  }),
  jsonMaxDepth: field({ env: 'JSON_MAX_DEPTH', schema: whole({ min: 4, max: 1000 }), fallback: '32', doc: 'Maximum nesting depth of a JSON body.' }),
  headersTimeoutMs: field({
    env: 'HEADERS_TIMEOUT',
    schema: milliseconds({ min: 100 }),
    fallback: '10s',
    doc: 'Timeout for receiving request headers, measured from the first byte.',
  }),
  headersMaxBytes: field({
    env: 'HEADERS_MAX_BYTES',
    schema: bytes({ min: 1024, max: 1024 ** 2 }),
    fallback: '16KiB',
    doc: 'Maximum size of the request line and headers; larger requests are rejected with 431. Services accept 8 KiB more for headers added by the gateway.',
  }),
  halfClosedMs: field({
    env: 'HALF_CLOSED_TIMEOUT',
    schema: milliseconds({ min: 0 }),
    fallback: '2s',
    doc: 'How long a request keeps running after the client closed its sending side. After that the client is assumed gone and the request is cancelled.',
  }),
  bodyTimeoutMs: field({ env: 'BODY_TIMEOUT', schema: milliseconds({ min: 100 }), fallback: '30s', doc: 'Timeout for receiving a whole request.' }),
  keepAliveMs: field({
    env: 'KEEP_ALIVE',
    schema: milliseconds({ min: 0 }),
    fallback: '75s',
    doc: 'Keep-alive timeout of idle connections. Set it longer than the idle timeout of any proxy in front.',
  }),
  deadlineMs: field({
    env: 'REQUEST_TIMEOUT',
    schema: milliseconds({ min: 1 }),
    fallback: '10s',
    doc: 'Default request deadline, if `x-request-timeout-ms` is absent.',
  }),
  deadlineMaxMs: field({ env: 'REQUEST_TIMEOUT_MAX', schema: milliseconds({ min: 1 }), fallback: '60s', doc: 'Maximum deadline that a request may set.' }),
  drainDelayMs: field({
    env: 'DRAIN_DELAY',
    schema: milliseconds({ min: 0 }),
    fallback: '1s',
    doc: 'How long to accept new requests after SIGTERM, until load balancers remove this process (5 s or more in a cluster).',
  }),
  drainTimeoutMs: field({
    env: 'DRAIN_TIMEOUT',
    schema: milliseconds({ min: 0 }),
    fallback: '25s',
    doc: 'Graceful shutdown timeout: maximum wait after `DRAIN_DELAY` for in-flight requests and open connections.',
  }),
  accessLog: field({ env: 'ACCESS_LOG', schema: flag(), fallback: 'true', doc: 'Write one log line per request.' }),
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
      doc: 'Display name of the task. Defaults to the title in `task.json`, or the capitalised task name.',
    }),
    taskDescription: field({ env: `${names.prefix}_DESCRIPTION`, schema: text(), doc: 'One-sentence description of the task for the API reference.' }),
    taskBodyMaxBytes: field({
      ...namesOfTaskSetting(names, 'BODY_MAX_BYTES'),
      schema: bytes({ min: 1024 }),
      doc: 'Maximum body size of a prediction or a batch. Defaults to the limit in `task.json`, at most `BODY_MAX_BYTES`.',
    }),
    taskDefaults: field({
      env: `${names.prefix}_DEFAULTS`,
      schema: json(z.record(z.string(), z.unknown()), 'a JSON object from options of a request to values'),
      doc: 'Default request options, such as `{"conf_threshold":0.4}`. Each overrides the one in `task.json`.',
    }),
  };
}

/** The port of a server; each has a default of its own. */
export function portField(fallback: number): Field<number> {
  return field({ env: 'PORT', schema: whole({ min: 0, max: 65535 }), fallback: String(fallback), doc: 'Port to listen on.' });
}
