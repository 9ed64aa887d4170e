import { catalogue } from './catalogue.ts';
import { Problem } from './problem.ts';

describe('Problem', () => {
  it('shows its detail, its faults and when to come back', () => {
    const problem = new Problem('overloaded', 'Too much.', { retryAfterSeconds: 0.2, errors: [{ pointer: '/a', detail: 'b' }] });
    expect(problem.headers).toEqual({ 'retry-after': '1' });
    expect(problem.toBody('id-1')).toEqual({
      type: 'urn:facet:problem:overloaded',
      title: catalogue.overloaded.title,
      status: 503,
      detail: 'Too much.',
      instance: 'id-1',
      code: 'overloaded',
      errors: [{ pointer: '/a', detail: 'b' }],
    });
  });

  it('keeps what went wrong inside for the log', () => {
    const problem = Problem.from(new Error('password=hunter2'));
    expect(problem.status).toBe(500);
    expect(JSON.stringify(problem.toBody('id'))).not.toContain('hunter2');
    expect((problem.cause as Error).message).toContain('hunter2');
  });
});
