import type { DetectionOptions, GatewayHealth, Health, ModelInfo, OipInferAnswer, OipInferRequest } from '@facet/contracts';
import { call, type CallDefaults, type CallOptions } from './call.ts';
import { RetryPolicy } from './retry-policy.ts';
import type { FrameStream, StreamEvents } from './stream/lasting-stream.ts';
import { openStream, type StreamOptions } from './stream/open-stream.ts';
import { detectionWire, gestureWire, type HandMessage, type PictureMessage } from './stream/wire.ts';
import type { BatchOf, Detection, Digit, Gesture, Hand, Picture } from './types.ts';

export interface ClientOptions {
  /** Of the gateway, such as `https://vision.example.org`. */
  readonly url: string;
  /** A key of the gateway or a token; a function is asked for each attempt, for those that expire or come later. */
  readonly apiKey?: string | (() => string | undefined | Promise<string | undefined>);
  /** Time for a whole call that names none; 10 seconds unless said. */
  readonly timeoutMs?: number;
  /** Most attempts after the first; 2 unless said. */
  readonly retries?: number;
  /** Another `fetch`, for tests or proxies. */
  readonly fetch?: typeof fetch;
  /** Another way to open a WebSocket, likewise; Node has one of its own from version 22. */
  readonly webSocket?: (url: string, protocols: string[]) => WebSocket;
}

/** What every task can be asked. */
interface TaskClient<Item, Answer> {
  /** Asks the version that the shares choose, or the one that the options name. */
  predict(item: Item, options?: CallOptions): Promise<Answer>;
  /** Asks for up to 64 at once, each with its own result or problem. */
  batch(items: readonly Item[], options?: CallOptions): Promise<BatchOf<Answer>>;
  modelInfo(options?: CallOptions): Promise<ModelInfo>;
  health(options?: CallOptions): Promise<Health>;
}

export interface FacetClient {
  readonly gesture: TaskClient<Hand, Gesture> & {
    /** Follows one hand: frames in, smoothed actions out, connected again whenever the connection is lost. */
    stream(options: StreamEvents<HandMessage> & StreamOptions): FrameStream<Hand | null>;
  };
  readonly digit: TaskClient<Picture, Digit>;
  readonly detection: Omit<TaskClient<Picture, Detection>, 'predict'> & {
    predict(picture: Picture, options?: CallOptions & Partial<DetectionOptions>): Promise<Detection>;
    /** The picture with boxes drawn, as JPEG. */
    annotate(picture: Picture, options?: CallOptions & Partial<DetectionOptions>): Promise<Blob>;
    /** Looks at pictures as they come, the newest first. */
    stream(options: StreamEvents<PictureMessage> & StreamOptions & Partial<DetectionOptions>): FrameStream<Picture>;
  };
  /** Asks a model with tensors of one's own, by the Open Inference Protocol; their values go and come as JSON. */
  infer(model: string, request: OipInferRequest, options?: CallOptions): Promise<OipInferAnswer>;
  /** How the suite is, service by service. */
  health(options?: CallOptions): Promise<GatewayHealth>;
}

const json = { 'content-type': 'application/json' };
const bytes = { 'content-type': 'application/octet-stream' };

/**
 * A client of one gateway.
 *
 * @example
 * const facet = createClient({ url: 'http://127.0.0.1:8080' });
 * const { predicted_digit } = await facet.digit.predict(await readFile('digit.png'));
 */
export function createClient({ url, apiKey, timeoutMs = 10_000, retries = 2, fetch: own = fetch, webSocket = openWebSocket }: ClientOptions): FacetClient {
  const defaults: CallDefaults = {
    url: url.replace(/\/+$/, ''),
    apiKey,
    timeoutMs,
    // A browser's fetch minds what it is called on.
    fetch: (input, init) => own(input, init),
    retries: new RetryPolicy(retries),
  };
  const read = async <T>(asked: Parameters<typeof call>[1], options?: CallOptions): Promise<T> => (await (await call(defaults, asked, options)).json()) as T;
  const about = (task: string) => ({
    modelInfo: (options?: CallOptions) => read<ModelInfo>({ method: 'GET', path: `/${task}/model_info` }, options),
    health: (options?: CallOptions) => read<Health>({ method: 'GET', path: `/${task}/health` }, options),
  });
  const pictures = <T>(task: string) => ({
    predict: (picture: Picture, options?: CallOptions) => read<T>({ method: 'POST', path: `/${task}/predict`, headers: bytes, body: picture }, options),
    batch: (items: readonly Picture[], options?: CallOptions) =>
      read<BatchOf<T>>({ method: 'POST', path: `/${task}/batch/predict`, body: formOf(items) }, options),
    ...about(task),
  });

  return {
    gesture: {
      predict: (hand, options) => read({ method: 'POST', path: '/gesture/predict', headers: json, body: JSON.stringify(hand) }, options),
      batch: (items, options) => read({ method: 'POST', path: '/gesture/batch/predict', headers: json, body: JSON.stringify({ items }) }, options),
      ...about('gesture'),
      stream: (options) => openStream({ ...defaults, webSocket }, `/gesture/stream${queryOf({}, ...wishes(options))}`, gestureWire, options),
    },
    digit: pictures<Digit>('digit'),
    detection: {
      ...pictures<Detection>('detection'),
      predict: (picture, options) => read({ method: 'POST', path: `/detection/predict${queryOf(options)}`, headers: bytes, body: picture }, options),
      async annotate(picture, options) {
        const path = `/detection/predict${queryOf(options, ['annotate', 'true'])}`;
        return (await call(defaults, { method: 'POST', path, headers: bytes, body: picture }, options)).blob();
      },
      stream: (options) => openStream({ ...defaults, webSocket }, `/detection/stream${queryOf(options, ...wishes(options))}`, detectionWire, options),
    },
    infer: (model, request, options) => read({ method: 'POST', path: `/v2/models/${model}/infer`, headers: json, body: JSON.stringify(request) }, options),
    health: (options) => read({ method: 'GET', path: '/health' }, options),
  };
}

const openWebSocket = (url: string, protocols: string[]): WebSocket => new WebSocket(url, protocols);

function formOf(items: readonly Picture[]): FormData {
  const form = new FormData();
  for (const item of items) form.append('file', item instanceof Blob ? item : new Blob([item]), 'picture');
  return form;
}

const tunable = ['conf_threshold', 'iou_threshold', 'max_detections', 'multi_label'] as const satisfies readonly (keyof DetectionOptions)[];

function queryOf(options: Partial<DetectionOptions> = {}, ...more: [string, string][]): string {
  const pairs = tunable.flatMap((name) => (options[name] === undefined ? [] : [[name, String(options[name])] as [string, string]]));
  const query = new URLSearchParams([...pairs, ...more]).toString();
  return query === '' ? '' : `?${query}`;
}

function wishes({ version, maxFramesPerSecond }: StreamOptions): [string, string][] {
  return [
    ...(version === undefined ? [] : [['version', version] satisfies [string, string]]),
    ...(maxFramesPerSecond === undefined ? [] : [['max_frames_per_second', String(maxFramesPerSecond)] satisfies [string, string]]),
  ];
}
