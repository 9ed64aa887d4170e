/**
 * What is used of `node:http`. Importing it would read all that it exports, which loads a browser's `fetch` and `WebSocket`: ten megabytes
 * and a twentieth of a second, in every process.
 */
export const { createServer, STATUS_CODES } = process.getBuiltinModule('node:http');
