import { afterAll, beforeAll, expect, test } from 'vitest'
import { loadConfig } from '#worker/config.ts'
import type { Env } from '#worker/env.ts'
import { generateSecrets } from '../../local/secrets.ts'
import { type Surface, startSurface } from '../worlds/surface.ts'

const MINUTE = 60_000

let it: Surface
beforeAll(async () => {
  it = await startSurface({ vars: { QUEUE_RETENTION_SECONDS: '3600' } })
})
afterAll(() => it.dispose())

const statusAt = async (age: number): Promise<unknown> => {
  const { id } = await it.idAt(Date.now() - age)
  return (await it.call(`/v1/messages/${id}`, { token: it.token })).json.status
}

test('a message without a row is accepted for as long as the setting says that its queue keeps it, then lost', async () => {
  expect(await statusAt(0)).toBe('accepted')
  expect(await statusAt(58 * MINUTE)).toBe('accepted')
  expect(await statusAt(61 * MINUTE)).toBe('failed')
  expect(await statusAt(13 * 24 * 60 * MINUTE)).toBe('failed')
  expect((await it.admin('/admin/v1/health'))['lost']).toBe(2)
})

test('a message that was canceled while it waited stays so', async () => {
  const { id } = await it.idAt(Date.now() - 30 * MINUTE)
  await it.call(`/v1/messages/${id}/cancel`, { method: 'POST', token: it.token })
  expect((await it.good(`/v1/messages/${id}`)).status).toBe('canceled')
})

test('the setting is what a queue can have, or the Worker says what it must be', async () => {
  const secrets = generateSecrets().worker
  let origin = 0
  const configOf = (seconds: unknown) =>
    loadConfig({
      BASE_URL: `https://retention-${origin++}.test`,
      ...secrets,
      ...(seconds === undefined ? {} : { QUEUE_RETENTION_SECONDS: seconds }),
    } as unknown as Env)
  for (const [seconds, kept] of [
    [undefined, 1_209_600],
    ['', 1_209_600],
    ['60', 60],
    ['86400', 86_400],
    [86_400, 86_400],
    ['1209600', 1_209_600],
  ] as const)
    expect((await configOf(seconds)).queueRetention).toBe(kept * 1_000)
  for (const seconds of ['0', '59', '1209601', '-1', 'x', '14d', '1.5', 'Infinity', '86400s', 'NaN'])
    await expect(configOf(seconds)).rejects.toThrow('QUEUE_RETENTION_SECONDS must be a whole number from 60 to 1209600')
})
