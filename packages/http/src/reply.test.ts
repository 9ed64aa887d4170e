import { Problem } from '@facet/problem';
import express from 'express';
import request from 'supertest';
import { sendProblem, sendReply } from './reply.ts';

const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));

describe('sendReply', () => {
  const app = express();
  app.get('/bytes', (_request, response) => sendReply(response, { body: bytes, type: 'application/octet-stream' }));
  app.get('/text', (_request, response) => sendReply(response, { body: 'grün ✓' }));
  app.get('/json', (_request, response) => sendReply(response, { status: 201, body: { name: 'café ✓' }, headers: { 'x-a': 'b' } }));
  app.get('/large', (_request, response) => sendReply(response, { body: Buffer.alloc(200_000, bytes), type: 'application/octet-stream' }));
  app.get('/passed', (_request, response) => sendReply(response, { body: Buffer.from('{}'), headers: { 'content-type': 'application/problem+json' } }));
  app.get('/problem', (_request, response) => sendProblem(response, new Problem('overloaded', undefined, { retryAfterSeconds: 2 }), 'id', false));

  it('writes bytes, text and JSON as they are, whatever their characters', async () => {
    const binary = (test: request.Test) =>
      test.buffer(true).parse((answer, done) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('end', () => done(null, Buffer.concat(chunks)));
      });
    expect((await binary(request(app).get('/bytes'))).body).toEqual(bytes);
    expect((await binary(request(app).get('/large'))).body).toEqual(Buffer.alloc(200_000, bytes));
    expect((await request(app).get('/text')).text).toBe('grün ✓');
    const json = await request(app).get('/json').expect(201);
    expect(json.body).toEqual({ name: 'café ✓' });
    expect(json.headers).toMatchObject({ 'content-type': 'application/json', 'x-a': 'b' });
  });

  it('keeps the type of what is passed on, and renders problems', async () => {
    expect((await request(app).get('/passed')).headers['content-type']).toBe('application/problem+json');
    const problem = await request(app).get('/problem').expect(503);
    expect(problem.headers).toMatchObject({ 'content-type': 'application/problem+json', 'retry-after': '2' });
    expect(problem.body).toMatchObject({ code: 'overloaded', instance: 'id' });
  });
});
