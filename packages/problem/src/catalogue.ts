interface Entry {
  readonly status: number;
  readonly title: string;
  /** What a client does about it: one sentence, shown in the reference and as the fallback detail. */
  readonly advice: string;
}

const entries = {
  'malformed-json': {
    status: 400,
    title: 'The body is not JSON',
    advice: 'Send one JSON document, encoded as UTF-8.',
  },
  'json-too-deep': {
    status: 400,
    title: 'The JSON is nested too deeply',
    advice: 'Flatten the document; the detail names the limit.',
  },
  'json-too-large': {
    status: 400,
    title: 'The JSON has too many members',
    advice: 'Send fewer objects in one document; the detail names the limit.',
  },
  'malformed-multipart': {
    status: 400,
    title: 'The multipart body cannot be parsed',
    advice: 'Let your HTTP library build the multipart body, boundary included.',
  },
  'malformed-request': {
    status: 400,
    title: 'The HTTP request cannot be parsed',
    advice: 'Check the request line, the headers and the content encoding.',
  },
  'invalid-inference': {
    status: 400,
    title: 'The inference request does not fit the model',
    advice: "Compare the request with the model's metadata: names, types, shapes and sizes must agree.",
  },
  unauthenticated: {
    status: 401,
    title: 'Nobody is named who may ask',
    advice: 'Send an API key in x-api-key, or a key or token as Authorization: Bearer.',
  },
  'service-token-required': {
    status: 401,
    title: 'The service is called without the secret of the gateway',
    advice: 'Call the gateway. Services accept only calls with their SERVICE_TOKEN, which the gateway must be configured with as well.',
  },
  forbidden: {
    status: 403,
    title: 'This key may not do that',
    advice: 'Use a key with the scope that the detail names.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing at this path',
    advice: 'See /docs for the paths that exist.',
  },
  'unknown-model': {
    status: 404,
    title: 'This model is not served here',
    advice: 'Ask /v2/repository/index which models there are.',
  },
  'unknown-version': {
    status: 404,
    title: 'This model version is not served here',
    advice: 'Ask for one of the versions that /health lists, or leave the version out.',
  },
  'unknown-sample': {
    status: 404,
    title: 'There is no such sample',
    advice: 'Ask /samples which there are: it may have been discarded, or swept as too old.',
  },
  'labelling-off': {
    status: 403,
    title: 'Samples are not shown here',
    advice: 'Start the service with LABELLING=true and a place to keep samples in; at the gateway that needs an administrator where callers are known.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'The path exists, but not for this method',
    advice: 'Use a method that the Allow header names.',
  },
  'origin-refused': {
    status: 403,
    title: 'Pages of this origin may not call this server',
    advice:
      'Serve the page from this host, or have its origin added to CORS_ORIGINS (for streams alone: STREAM_ORIGINS). Behind a proxy that rewrites Host, set TRUSTED_PROXIES and send X-Forwarded-Host.',
  },
  'host-refused': {
    status: 421,
    title: 'The Host header names another server',
    advice: 'Call the server as localhost or by an IP address, or have the name added to ALLOWED_HOSTS.',
  },
  'upgrade-required': {
    status: 426,
    title: 'This path speaks WebSocket',
    advice: 'Open it with a WebSocket client; predictions without one are at /predict.',
  },
  'too-many-streams': {
    status: 503,
    title: 'As many streams are open as this process bears',
    advice: 'Try again after the seconds that Retry-After names, or use /predict.',
  },
  'request-timeout': {
    status: 408,
    title: 'The request took too long to arrive',
    advice: 'Send the headers and the body faster; the limits are in the configuration reference.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    advice: 'Send fewer or shorter headers, cookies among them; the detail names the limit.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    advice: 'Send a smaller body; the detail names the limit.',
  },
  'image-too-large': {
    status: 413,
    title: 'The image has too many pixels',
    advice: 'Scale the image down before sending it; the detail names the limit.',
  },
  'unsupported-content-type': {
    status: 415,
    title: 'The content type is not accepted here',
    advice: 'Send one of the content types that the detail names.',
  },
  'unsupported-image': {
    status: 415,
    title: 'The file is not an image of a known format',
    advice: 'Send JPEG, PNG, WebP, GIF or TIFF; the content counts, not the file name.',
  },
  'invalid-image': {
    status: 422,
    title: 'The image cannot be decoded',
    advice: 'The file is truncated or damaged: export it again.',
  },
  'blank-image': {
    status: 422,
    title: 'The image shows nothing',
    advice: 'Send a picture with ink that stands out from its paper: none was found in this one.',
  },
  'missing-file': {
    status: 422,
    title: 'No file was sent',
    advice: "Send the image as the multipart field 'file'.",
  },
  'too-many-files': {
    status: 422,
    title: 'More than one file was sent',
    advice: 'Send one file a request, or use /batch/predict.',
  },
  'empty-file': { status: 422, title: 'The file is empty', advice: 'Send an image with content.' },
  'missing-landmarks': {
    status: 422,
    title: 'Landmarks are missing',
    advice: 'Send all 21 landmarks of one hand, each with a finite x and y.',
  },
  'invalid-landmarks': {
    status: 422,
    title: 'The landmarks do not describe a hand',
    advice: 'Send 21 landmarks that are not all in one place.',
  },
  'invalid-field': {
    status: 422,
    title: 'A field has an unusable value',
    advice: 'The errors list names each field and what it may hold.',
  },
  'too-few-predictions': {
    status: 409,
    title: 'There are too few predictions yet',
    advice: 'Wait until the window that /drift/status shows has filled, or post rows of your own.',
  },
  'already-labelled': {
    status: 409,
    title: 'Somebody has labelled this sample',
    advice: 'Go on with the next, or send replace: true to take the place of that label.',
  },
  'batch-over-limit': {
    status: 422,
    title: 'The batch is larger than the limits of its caller ever allow',
    advice: 'Send smaller batches: each item counts as one request. The detail names the most that can pass at once.',
  },
  'rate-limited': {
    status: 429,
    title: 'Too many requests',
    advice: 'Try again after the seconds that Retry-After names, and send fewer.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'The quota of this key is used up',
    advice: 'Try again after the seconds that Retry-After names, when the next period begins.',
  },
  'too-many-at-once': {
    status: 429,
    title: 'Too many requests of this key are under way',
    advice: 'Wait for answers before sending more; the detail names the limit.',
  },
  'not-implemented': {
    status: 501,
    title: 'This part of the protocol is not served',
    advice: 'Leave out what the detail names.',
  },
  'identity-unavailable': {
    status: 503,
    title: 'Tokens cannot be checked now',
    advice: 'Try again after the seconds that Retry-After names, or use an API key.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The store of samples does not answer',
    advice: 'Try again after the seconds that Retry-After names; nothing was changed by halves.',
  },
  'samples-full': {
    status: 507,
    title: 'As many labelled samples are kept as may be',
    advice: 'Export them and empty the store, or raise LABELLED_MAX_BYTES.',
  },
  overloaded: {
    status: 503,
    title: 'The queue is full',
    advice: 'Try again after the seconds that Retry-After names.',
  },
  starting: {
    status: 503,
    title: 'The model is not ready',
    advice: 'Try again after the seconds that Retry-After names; /health says why.',
  },
  'worker-lost': {
    status: 503,
    title: 'The worker that ran this request died',
    advice: 'Nothing was kept; send the request again.',
  },
  'upstream-unavailable': {
    status: 503,
    title: 'The service behind the gateway cannot be reached',
    advice: 'Try again after the seconds that Retry-After names; /health shows which services answer.',
  },
  'deadline-exceeded': {
    status: 504,
    title: 'The deadline passed before there was an answer',
    advice: 'Allow more time with x-request-timeout-ms, or send less at once.',
  },
  internal: {
    status: 500,
    title: 'Something failed on our side',
    advice: 'Report the instance (the request id): the log has the rest.',
  },
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof entries;

/** Every problem that any service may answer with. The OpenAPI document, the metric label and the reference page come from it. */
export const catalogue: Readonly<Record<ProblemCode, Entry>> = entries;
