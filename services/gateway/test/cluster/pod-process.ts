/* oxlint-disable node/no-process-env -- it is a program of its own */
import { createServer } from 'node:http';

/** A pod that answers with its own address, after `?delay=` or its own `?delay-<host>=` milliseconds, or with the problem that `?say=` names. */
const { HOST: host, PORT: port } = process.env;

const server = createServer((request, response) => {
  request.resume();
  request.once('end', () => {
    const asked = new URL(request.url ?? '/', 'http://pod').searchParams;
    const problem = asked.get(`say-${host}`);
    setTimeout(
      () => {
        response.statusCode = problem ? 503 : 200;
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ pod: host, path: request.url, ...(problem && { code: problem }) }));
      },
      Number(asked.get(`delay-${host}`) ?? asked.get('delay') ?? 0),
    );
  });
});
server.keepAliveTimeout = 60_000;
server.listen(Number(port), host, () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : ''}\n`);
});
