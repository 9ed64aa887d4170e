interface Entry {
  readonly status: number;
  readonly title: string;
  /** What a client does about it: one sentence, shown in the reference and as the fallback detail. */
  readonly advice: string;
}

const entries = {
  'malformed-json': {
    status: 400,
    title: 'The body is not valid JSON',
    advice: 'Send one JSON document encoded as UTF-8.',
  },
  'json-too-deep': {
    status: 400,
    title: 'The JSON is nested too deeply',
    advice: 'Flatten the document; the detail states the limit.',
  },
  'json-too-large': {
    status: 400,
    title: 'The JSON document has too many members',
    advice: 'Send fewer objects per document; the detail states the limit.',
  },
  'malformed-multipart': {
    status: 400,
    title: 'The multipart body cannot be parsed',
    advice: 'Use an HTTP library to build the multipart body, including the boundary.',
  },
  'malformed-request': {
    status: 400,
    title: 'The HTTP request cannot be parsed',
    advice: 'Check the request line, the headers and the content encoding.',
  },
  'invalid-inference': {
    status: 400,
    title: 'The inference request does not match the model',
    advice: "Compare the request with the model's metadata: names, types, shapes and sizes must match.",
  },
  unauthenticated: {
    status: 401,
    title: 'Authentication required',
    advice: 'Send an API key in x-api-key, or a key or token in Authorization: Bearer.',
  },
  'service-token-required': {
    status: 401,
    title: 'Missing or invalid service token',
    advice: 'Call the gateway instead. The service accepts only calls with its SERVICE_TOKEN; configure the gateway with the same token.',
  },
  forbidden: {
    status: 403,
    title: 'Insufficient scope',
    advice: 'Use a key with the scope stated in the detail.',
  },
  'not-found': {
    status: 404,
    title: 'Path not found',
    advice: 'See /docs for the available paths.',
  },
  'unknown-model': {
    status: 404,
    title: 'Unknown model',
    advice: 'List the available models with /v2/repository/index.',
  },
  'unknown-version': {
    status: 404,
    title: 'Unknown model version',
    advice: 'Use a version listed by /health, or omit the version.',
  },
  'unknown-sample': {
    status: 404,
    title: 'Unknown sample',
    advice: 'List the samples with /samples. This one may have been discarded, or deleted after the retention period.',
  },
  'labelling-off': {
    status: 403,
    title: 'Labelling is disabled',
    advice: 'Start the service with LABELLING=true and a sample store. With authentication enabled, the gateway also requires the scope admin.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'Method not allowed',
    advice: 'Use a method listed in the Allow header.',
  },
  'origin-refused': {
    status: 403,
    title: 'Cross-origin request rejected',
    advice:
      'Serve the page from this host, or add its origin to CORS_ORIGINS (for streams only: STREAM_ORIGINS). Behind a proxy that rewrites Host, set TRUSTED_PROXIES and send X-Forwarded-Host.',
  },
  'host-refused': {
    status: 421,
    title: 'Host name not allowed',
    advice: 'Use localhost or an IP address, or add the host name to ALLOWED_HOSTS.',
  },
  'upgrade-required': {
    status: 426,
    title: 'WebSocket required',
    advice: 'Connect with a WebSocket client, or use /predict.',
  },
  'too-many-streams': {
    status: 503,
    title: 'Too many open streams',
    advice: 'Retry after the number of seconds in Retry-After, or use /predict.',
  },
  'request-timeout': {
    status: 408,
    title: 'Request timeout',
    advice: 'Send the headers and the body faster; the configuration reference lists the limits.',
  },
  'headers-too-large': {
    status: 431,
    title: 'The headers are too large',
    advice: 'Send fewer or shorter headers, including cookies; the detail states the limit.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    advice: 'Send a smaller body; the detail states the limit.',
  },
  'image-too-large': {
    status: 413,
    title: 'The image has too many pixels',
    advice: 'Scale the image down before sending it; the detail states the limit.',
  },
  'unsupported-content-type': {
    status: 415,
    title: 'Unsupported content type',
    advice: 'Use one of the content types listed in the detail.',
  },
  'unsupported-image': {
    status: 415,
    title: 'Unsupported image format',
    advice: 'Send JPEG, PNG, WebP, GIF or TIFF. The format is detected from the content, not the file name.',
  },
  'invalid-image': {
    status: 422,
    title: 'The image cannot be decoded',
    advice: 'The file is truncated or corrupt; export it again.',
  },
  'blank-image': {
    status: 422,
    title: 'The image is blank',
    advice: 'Send an image with visible strokes; none were found in this one.',
  },
  'missing-file': {
    status: 422,
    title: 'Missing file',
    advice: "Send the image in the multipart field 'file'.",
  },
  'too-many-files': {
    status: 422,
    title: 'Too many files',
    advice: 'Send one file per request, or use /batch/predict.',
  },
  'empty-file': { status: 422, title: 'The file is empty', advice: 'Send a non-empty image file.' },
  'missing-landmarks': {
    status: 422,
    title: 'Missing landmarks',
    advice: 'Send all 21 landmarks of one hand, each with a finite x and y.',
  },
  'invalid-landmarks': {
    status: 422,
    title: 'The landmarks do not describe a hand',
    advice: 'Send 21 landmarks that do not all coincide.',
  },
  'invalid-field': {
    status: 422,
    title: 'Invalid field value',
    advice: 'The errors array lists each invalid field and its expected value.',
  },
  'too-few-predictions': {
    status: 409,
    title: 'Not enough predictions yet',
    advice: 'Wait until the window in /drift/status is full, or send your own rows.',
  },
  'already-labelled': {
    status: 409,
    title: 'The sample is already labelled',
    advice: 'Continue with the next sample, or send replace: true to overwrite the label.',
  },
  'batch-over-limit': {
    status: 422,
    title: 'The batch exceeds the limits of the caller',
    advice: 'Send smaller batches: each item counts as one request. The detail states the maximum batch size.',
  },
  'rate-limited': {
    status: 429,
    title: 'Rate limit exceeded',
    advice: 'Retry after the number of seconds in Retry-After, and reduce the request rate.',
  },
  'quota-exceeded': {
    status: 429,
    title: 'Quota exceeded',
    advice: 'Retry after the number of seconds in Retry-After, when the next quota period begins.',
  },
  'too-many-at-once': {
    status: 429,
    title: 'Too many concurrent requests',
    advice: 'Wait for responses before sending more requests; the detail states the concurrency limit.',
  },
  'not-implemented': {
    status: 501,
    title: 'Not implemented',
    advice: 'Remove the part of the request that the detail names.',
  },
  'identity-unavailable': {
    status: 503,
    title: 'Token verification is unavailable',
    advice: 'Retry after the number of seconds in Retry-After, or use an API key.',
  },
  'store-unavailable': {
    status: 503,
    title: 'The sample store is unavailable',
    advice: 'Retry after the number of seconds in Retry-After; no partial change was made.',
  },
  'samples-full': {
    status: 507,
    title: 'Labelled-sample storage is full',
    advice: 'Export the labelled samples and empty the store, or raise LABELLED_MAX_BYTES.',
  },
  overloaded: {
    status: 503,
    title: 'Overloaded',
    advice: 'Retry after the number of seconds in Retry-After.',
  },
  starting: {
    status: 503,
    title: 'The model is not ready',
    advice: 'Retry after the number of seconds in Retry-After; /health gives the reason.',
  },
  'worker-lost': {
    status: 503,
    title: 'Worker lost',
    advice: 'The request had no effect; retry it.',
  },
  'upstream-unavailable': {
    status: 503,
    title: 'Upstream service unavailable',
    advice: 'Retry after the number of seconds in Retry-After; /health lists the state of each service.',
  },
  'deadline-exceeded': {
    status: 504,
    title: 'Deadline exceeded',
    advice: 'Set a longer deadline with x-request-timeout-ms, or send a smaller request.',
  },
  internal: {
    status: 500,
    title: 'Internal error',
    advice: 'Report the instance (the request id); the server log contains the details.',
  },
} as const satisfies Record<string, Entry>;

export type ProblemCode = keyof typeof entries;

/** Every problem that any service may answer with. The OpenAPI document, the metric label and the reference page come from it. */
export const catalogue: Readonly<Record<ProblemCode, Entry>> = entries;
