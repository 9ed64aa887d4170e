import { seeded } from '@facet/testkit';
import { AdaptiveLimit } from './adaptive-limit.ts';

interface Service {
  /** Requests that it works on at once; the rest wait in line, without a bound. */
  slots: number;
  /** Time of work, milliseconds. */
  workMs: () => number;
}

interface Outcome {
  readonly atMs: number;
  readonly latencyMs: number;
}

/** A service behind the limit, in simulated time: what is let in waits for a slot, is worked on and leaves. */
class Simulation {
  readonly accepted: Outcome[] = [];
  refused = 0;
  now = 0;
  readonly limit = new AdaptiveLimit({ min: 32, max: 1024, slackMs: 100, clock: () => this.now });
  readonly #service: Service;
  readonly #waiting: number[] = [];
  readonly #ends: { at: number; cameAt: number }[] = [];

  constructor(service: Service) {
    this.#service = service;
  }

  /** Requests come for a while at random moments, so many a second on average. */
  arrive(perSecond: number, seconds: number, random: () => number): void {
    const until = this.now + seconds * 1000;
    for (let next = this.now; ;) {
      next += (-Math.log(1 - random()) / perSecond) * 1000;
      if (next >= until) break;
      this.#runTo(next);
      this.#come();
    }
    this.#runTo(until);
  }

  /** Some clients ask again as soon as they are answered, for a while. */
  loop(clients: number, seconds: number): void {
    const until = this.now + seconds * 1000;
    while (this.now < until) {
      while (this.limit.inFlight < clients && this.#come());
      this.#runTo(Math.min(until, this.#ends[0]?.at ?? until));
    }
  }

  since(ms: number): Outcome[] {
    return this.accepted.filter(({ atMs }) => atMs >= ms);
  }

  #come(): boolean {
    if (this.limit.isFull) {
      this.limit.refuse();
      this.refused += 1;
      return false;
    }
    this.limit.enter();
    this.#waiting.push(this.now);
    this.#work();
    return true;
  }

  #work(): void {
    while (this.#ends.length < this.#service.slots && this.#waiting.length > 0) {
      this.#ends.push({ at: this.now + this.#service.workMs(), cameAt: this.#waiting.shift()! });
      this.#ends.sort((a, b) => a.at - b.at);
    }
  }

  #runTo(time: number): void {
    while (this.#ends[0] && this.#ends[0].at <= time) {
      const { at, cameAt } = this.#ends.shift()!;
      this.now = at;
      this.limit.leave();
      this.limit.see(at - cameAt);
      this.accepted.push({ atMs: at, latencyMs: at - cameAt });
      this.#work();
    }
    this.now = Math.max(this.now, time);
  }
}

const p99 = (outcomes: readonly Outcome[]): number => outcomes.map(({ latencyMs }) => latencyMs).toSorted((a, b) => a - b)[Math.floor(outcomes.length * 0.99)]!;

describe('AdaptiveLimit', () => {
  it.each([40, 100])('at ten times what a service of %i slots can do, gets all of it, and makes nobody wait twice as long', (slots) => {
    const random = seeded(slots);
    const simulation = new Simulation({ slots, workMs: () => 300 + 200 * random() });
    const capacity = slots / 0.4;
    simulation.arrive(capacity * 0.3, 5, random);
    simulation.arrive(capacity * 0.8, 20, random);
    expect(simulation.refused).toBe(0);
    const atCapacity = p99(simulation.since(0));
    simulation.arrive(capacity * 10, 5, random);
    const settledAt = simulation.now;
    simulation.arrive(capacity * 10, 60, random);
    const accepted = simulation.since(settledAt);
    expect(accepted.length / 60).toBeGreaterThan(capacity * 0.95);
    expect(p99(accepted)).toBeLessThan(2 * atCapacity);
    // It does not drift: the last ten seconds are as the first.
    expect(p99(simulation.since(simulation.now - 10_000))).toBeLessThan(2 * atCapacity);
  });

  it('refuses nothing of a fast service in a stall that is soon over', () => {
    const random = seeded(1);
    const service = { slots: 8, workMs: () => 5 };
    const simulation = new Simulation(service);
    simulation.arrive(500, 10, random);
    service.slots = 0;
    simulation.arrive(500, 1.5, random);
    service.slots = 8;
    simulation.arrive(500, 10, random);
    expect(simulation.refused).toBe(0);
  });

  it('never refuses so few at once that it is a coincidence, however slow the service', () => {
    const simulation = new Simulation({ slots: 1, workMs: () => 200 });
    simulation.loop(32, 120);
    expect(simulation.refused).toBe(0);
  });

  it('grows with those who ask while answers stay fast', () => {
    const simulation = new Simulation({ slots: 10_000, workMs: () => 80 });
    simulation.loop(60, 2);
    for (let clients = 60; clients < 500; clients *= 1.1) simulation.loop(clients, 0.5);
    const before = simulation.refused;
    simulation.loop(500, 5);
    expect(simulation.limit.limit).toBeGreaterThanOrEqual(500);
    expect(simulation.refused - before).toBe(0);
  });

  it('believes that work has become heavier, and does not take it for a queue', () => {
    const random = seeded(2);
    let workMs = 100;
    const simulation = new Simulation({ slots: 200, workMs: () => workMs });
    simulation.arrive(1000, 20, random);
    expect(simulation.refused).toBe(0);
    workMs = 400;
    simulation.arrive(400, 30, random);
    const before = simulation.refused;
    simulation.arrive(400, 30, random);
    expect(simulation.refused - before).toBe(0);
  });

  it('counts what broke off early for nothing, and what ran out of time for what it waited', () => {
    let now = 0;
    const limit = new AdaptiveLimit({ min: 4, max: 100, slackMs: 100, clock: () => now });
    const windowOf = (latencyMs: number, isAnswered: boolean): void => {
      for (let answer = 0; answer < 50; answer += 1) limit.enter();
      now += 1000;
      for (let answer = 0; answer < 50; answer += 1) {
        limit.leave();
        if (isAnswered) limit.see(latencyMs);
        else limit.giveUp(latencyMs);
      }
    };
    windowOf(50, true);
    const calm = limit.limit;
    for (let count = 0; count < 10; count += 1) windowOf(1, false);
    expect(limit.limit).toBe(calm);
    for (let count = 0; count < 30; count += 1) windowOf(900, false);
    expect(limit.limit).toBeLessThan(12);
  });
});
