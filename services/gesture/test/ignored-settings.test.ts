import { spawnService } from '@facet/testkit';
import { tmpdir } from 'node:os';

it('warns of settings of the task gesture where it serves another', async () => {
  const env = { MODELS_DIR: tmpdir(), GESTURE_ACTIONS: '{"fist":"up"}' };
  const [signs, gesture] = await Promise.all(['signs', 'gesture'].map((TASK) => spawnService('gesture', { ...env, TASK }, { unready: true })));
  const warnings = (service = signs!) => service.log.filter(({ settings }) => settings !== undefined);
  expect(warnings()).toEqual([expect.objectContaining({ settings: ['GESTURE_ACTIONS'], task: 'signs' })]);
  expect(warnings(gesture)).toEqual([]);
  await Promise.all([signs!.stop(), gesture!.stop()]);
});
