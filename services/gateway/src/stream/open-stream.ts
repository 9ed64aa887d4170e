import { serviceTokenHeader, type ServiceToken, type StreamOpener } from '@facet/http';
import { Problem } from '@facet/problem';
import { continueTrace, formatTraceparent } from '@facet/telemetry';
import type { WebSocket } from 'ws';
import type { StreamLimits } from '../admit/stream-limits.ts';
import type { Service } from '../route/service.ts';
import { connectUpstream } from './connect-upstream.ts';
import { relayStream } from './relay-stream.ts';

interface StreamRouteOptions {
  readonly service: Pick<Service, 'route'>;
  readonly connectTimeoutMs: number;
  readonly serviceToken?: ServiceToken | undefined;
}

/** The longest that a service says: three hundred detections, or a problem that lists every coordinate. */
const maxAnswerBytes = 256 * 1024;

/** Endpoints that are tried for one stream. */
const maxAttempts = 2;

/**
 * Opens streams at a service for those who ask the gateway: the service answers first, so that its refusal is a refusal here.
 *
 * The version is chosen once, for the whole stream, which is asked for no more answers a second than its caller may have. `Origin` is not passed on: it was checked here, against the name that the client knows.
 */
export function openStream({ service, connectTimeoutMs, serviceToken }: StreamRouteOptions) {
  return async ({ id, request, user, forcedVersion, signal }: Parameters<StreamOpener>[0], pass: StreamLimits): Promise<Awaited<ReturnType<StreamOpener>>> => {
    const { traceparent, tracestate, 'x-client-id': client } = request.headers;
    const trace = continueTrace(String(traceparent ?? ''), tracestate === undefined ? undefined : String(tracestate));
    const query = (request.url ?? '').split('?', 2)[1] ?? '';
    const connect = async (attempt: number): Promise<WebSocket> => {
      // A stream is chosen a version as a prediction is.
      const { version, upstream } = service.route('/predict', { forced: forcedVersion, user });
      const url = new URL('/stream', upstream.originOfOne().replace(/^http/, 'ws'));
      url.search = query;
      url.searchParams.set('version', version!);
      if (pass.ratePerSecond !== undefined) {
        const wanted = Number(url.searchParams.get('max_frames_per_second') || Infinity);
        url.searchParams.set('max_frames_per_second', String(Math.min(wanted, pass.ratePerSecond)));
      }
      try {
        return await connectUpstream({
          url,
          headers: {
            'x-request-id': id,
            traceparent: formatTraceparent(trace),
            ...(user !== undefined && { 'x-user-id': user }),
            ...(client !== undefined && { 'x-client-id': String(client) }),
            ...(serviceToken && { [serviceTokenHeader]: serviceToken.current }),
          },
          signal,
          timeoutMs: connectTimeoutMs,
          maxMessageBytes: maxAnswerBytes,
        });
      } catch (error) {
        if (attempt < maxAttempts && error instanceof Problem && error.status === 503) return connect(attempt + 1);
        throw error;
      }
    };
    const upstream = await connect(1);
    return (stream) => relayStream(stream, upstream, pass);
  };
}
