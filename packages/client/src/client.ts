import type { ClassificationOptions, DetectionOptions, GatewayHealth, Health, ModelInfo, OipInferAnswer, OipInferRequest } from '@facet/contracts';
import { call, type CallDefaults, type CallOptions } from './call.ts';
import { RetryPolicy } from './retry-policy.ts';
import type { FrameStream, StreamEvents } from './stream/reconnecting-stream.ts';
import { openStream, type StreamOptions } from './stream/open-stream.ts';
import { gestureWire, pictureWire, type ClassifiedMessage, type HandMessage, type PictureMessage } from './stream/wire.ts';
import type { BatchOf, Classification, Detection, Digit, Gesture, Hand, Picture } from './types.ts';

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

/** What a task of any kind can be asked. */
interface TaskClient<Item, Answer> {
  /** Asks the version that the shares choose, or the one that the options name. */
  predict(item: Item, options?: CallOptions): Promise<Answer>;
  /** Asks for up to 64 at once, each with its own result or problem. */
  batch(items: readonly Item[], options?: CallOptions): Promise<BatchOf<Answer>>;
  modelInfo(options?: CallOptions): Promise<ModelInfo>;
  health(options?: CallOptions): Promise<Health>;
}

/** What a task can be asked, by its kind. */
export interface KindClients {
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
  readonly classification: Omit<TaskClient<Picture, Classification>, 'predict'> & {
    predict(picture: Picture, options?: CallOptions & Partial<ClassificationOptions>): Promise<Classification>;
    /** Classifies pictures as they come, the newest first. */
    stream(options: StreamEvents<ClassifiedMessage> & StreamOptions & Partial<ClassificationOptions>): FrameStream<Picture>;
  };
}

/** The tasks that every suite has, by name, and those of your own. */
export interface FacetClient extends Pick<KindClients, 'gesture' | 'digit' | 'detection'> {
  /** A task by its name, with what its kind can be asked: `facet.task('helmets', 'detection').predict(picture)`. */
  task<K extends keyof KindClients>(name: string, kind: K): KindClients[K];
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

  const kinds: { readonly [K in keyof KindClients]: (task: string) => KindClients[K] } = {
    gesture: (task) => ({
      predict: (hand, options) => read({ method: 'POST', path: `/${task}/predict`, headers: json, body: JSON.stringify(hand) }, options),
      batch: (items, options) => read({ method: 'POST', path: `/${task}/batch/predict`, headers: json, body: JSON.stringify({ items }) }, options),
      ...about(task),
      stream: (options) => openStream({ ...defaults, webSocket }, `/${task}/stream${queryOf([], {}, ...wishes(options))}`, gestureWire, options),
    }),
    digit: (task) => pictures<Digit>(task),
    detection: (task) => ({
      ...pictures<Detection>(task),
      predict: (picture, options) => read({ method: 'POST', path: `/${task}/predict${queryOf(boxOptions, options)}`, headers: bytes, body: picture }, options),
      async annotate(picture, options) {
        const path = `/${task}/predict${queryOf(boxOptions, options, ['annotate', 'true'])}`;
        return (await call(defaults, { method: 'POST', path, headers: bytes, body: picture }, options)).blob();
      },
      stream: (options) =>
        openStream<Picture, PictureMessage>(
          { ...defaults, webSocket },
          `/${task}/stream${queryOf(boxOptions, options, ...wishes(options))}`,
          pictureWire,
          options,
        ),
    }),
    classification: (task) => ({
      ...pictures<Classification>(task),
      predict: (picture, options) =>
        read({ method: 'POST', path: `/${task}/predict${queryOf(classOptions, options)}`, headers: bytes, body: picture }, options),
      stream: (options) =>
        openStream<Picture, ClassifiedMessage>(
          { ...defaults, webSocket },
          `/${task}/stream${queryOf(classOptions, options, ...wishes(options))}`,
          pictureWire,
          options,
        ),
    }),
  };

  return {
    gesture: kinds.gesture('gesture'),
    digit: kinds.digit('digit'),
    detection: kinds.detection('detection'),
    task: (name, kind) => kinds[kind](name),
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

const boxOptions = ['conf_threshold', 'iou_threshold', 'max_detections', 'multi_label'] as const satisfies readonly (keyof DetectionOptions)[];
const classOptions = ['top_k', 'threshold'] as const satisfies readonly (keyof ClassificationOptions)[];

/** The query of these options, as far as they are given, and of more pairs. */
function queryOf<Name extends string>(names: readonly Name[], options: { readonly [K in Name]?: unknown } = {}, ...more: [string, string][]): string {
  const pairs = names.flatMap((name) => (options[name] === undefined ? [] : [[name, String(options[name])] as [string, string]]));
  const query = new URLSearchParams([...pairs, ...more]).toString();
  return query === '' ? '' : `?${query}`;
}

function wishes({ version, maxFramesPerSecond }: StreamOptions): [string, string][] {
  return [
    ...(version === undefined ? [] : [['version', version] satisfies [string, string]]),
    ...(maxFramesPerSecond === undefined ? [] : [['max_frames_per_second', String(maxFramesPerSecond)] satisfies [string, string]]),
  ];
}
