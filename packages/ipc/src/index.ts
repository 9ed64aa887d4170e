export { handleRequests, IpcError, onProcessExit, publish, sendRequest, subscribe } from './processes.ts';
export type { EventTopic, RequestTopic } from './topics.ts';
