import { describe, expect, test, vi } from 'vitest'
import type { GuardAsk } from '#worker/domain/guard/guard.ts'
import type { Env } from '#worker/env.ts'
import { generateSecrets } from '../../local/secrets.ts'

vi.mock('cloudflare:workers', () => ({
  DurableObject: class {
    readonly ctx: unknown
    readonly env: unknown
    constructor(ctx: unknown, env: unknown) {
      this.ctx = ctx
      this.env = env
    }
  },
}))

const secrets = generateSecrets().worker

/** Makes an object of a realm over some storage, as the runtime does after each eviction. */
async function guardOver(kept: Map<string, unknown>, send: () => Promise<void>) {
  const { GuardObject } = await import('../../durable-objects/guard.ts')
  const waited: Promise<unknown>[] = []
  const kv = {
    get: (key: string) => kept.get(key),
    put: (key: string, value: unknown) => kept.set(key, structuredClone(value)),
  }
  const storage = {
    kv,
    setAlarm: async () => undefined,
    deleteAlarm: async () => undefined,
    deleteAll: async () => kept.clear(),
  }
  const ctx = { id: { name: 'ten_1' }, storage, waitUntil: (promise: Promise<unknown>) => waited.push(promise) }
  const env = { BASE_URL: 'https://chapar.test', ...secrets, REPORT: { send } }
  const object = new GuardObject(ctx as unknown as DurableObjectState, env as unknown as Env)
  return { object, settled: () => Promise.all(waited) }
}

const asking = (ceiling: number): GuardAsk => ({
  code: { scope: 'home', prefixes: ['+989121'], sources: [], units: 1 },
  terms: { timeZone: 'UTC', ceiling, abroadCeiling: 0 },
  enforced: true,
  want: 0,
  ended: [],
  counted: [],
  unsent: [],
})

test('an object that is thrown out of memory hands out no unit twice', async () => {
  const kept = new Map<string, unknown>()
  let passed = 0
  for (let n = 0; n < 6; n++) {
    const { object } = await guardOver(kept, async () => undefined)
    if ((await object.ask(asking(4), 0)).objection === null) passed++
  }
  expect(passed).toBe(4)
})

test('an alert that the queue refused is told with a later code, also after an eviction', async () => {
  const kept = new Map<string, unknown>()
  let sent = 0
  const first = await guardOver(kept, async () => Promise.reject(new Error('full')))
  for (let n = 0; n < 2; n++) await first.object.ask(asking(4), 0)
  await first.settled()
  const second = await guardOver(kept, async () => {
    sent++
  })
  await second.object.ask(asking(100), 0)
  await second.settled()
  await second.object.ask(asking(100), 0)
  await second.settled()
  expect(sent).toBe(1)
})

test('what was learned is stored by the alarm, and forgotten after a week', async () => {
  const kept = new Map<string, unknown>()
  const { object } = await guardOver(kept, async () => undefined)
  await object.ask(asking(4), 0)
  await object.alarm()
  expect([...kept.keys()].toSorted()).toEqual(['learned', 'units'])
  const now = vi.spyOn(Date, 'now').mockReturnValue(Date.now() + 8 * 86_400_000)
  await object.alarm()
  now.mockRestore()
  expect(kept.size).toBe(0)
})

describe('guessing by others', () => {
  const HOME = { scope: 'home', prefixes: ['+989121', '+98912123'] }
  const ABROAD = { scope: 'GB', prefixes: ['+447911', '+44791112'] }
  const KNOWN = ['aknown', 'nnet1']
  const codeFrom = (number: typeof HOME, sources: readonly string[]): GuardAsk => ({
    ...asking(10_000),
    code: { ...number, sources, units: 1 },
    terms: { timeZone: 'UTC', ceiling: 10_000, abroadCeiling: 10_000 },
  })
  /** An object that has heard of a code that was used, and then of so many wrong checks. */
  async function guessed(number: typeof HOME, wrong: number, sources: readonly string[] = []) {
    const { object } = await guardOver(new Map(), async () => undefined)
    const ask = async (to: typeof HOME, from: readonly string[], n: number) => {
      const all: (string | number)[] = []
      for (let one = 0; one < n; one++) {
        const { objection } = await object.ask(codeFrom(to, from), 0)
        all.push(objection ? objection.reason : 0)
      }
      return all
    }
    await ask(HOME, KNOWN, 1)
    const startedAt = Date.now()
    await object.hear([{ ...HOME, sources: KNOWN, startedAt, isUsed: true, wrong: 0 }])
    await object.hear([{ ...number, sources, startedAt, isUsed: false, wrong }])
    return ask
  }

  test('at home costs nothing without an address, and those whose codes were used nothing', async () => {
    const ask = await guessed(HOME, 5_000)
    expect(await ask(HOME, [], 4)).toEqual([0, 0, 0, 0])
    expect(await ask(HOME, KNOWN, 4)).toEqual([0, 0, 0, 0])
    expect(await ask(HOME, ['anew', 'nnet2'], 3)).toEqual([0, 0, 'checks'])
    expect(await ask(ABROAD, ['anew2', 'nnet3'], 4)).toEqual([0, 0, 0, 0])
  })

  test('abroad leaves home as it was, and lets codes out abroad', async () => {
    const ask = await guessed(ABROAD, 5_000)
    expect(await ask(HOME, ['anew', 'nnet2'], 4)).toEqual([0, 0, 0, 0])
    expect(await ask(ABROAD, [], 4)).toEqual([0, 0, 0, 0])
    expect(await ask(ABROAD, ['anew2', 'nnet3'], 3)).toEqual([0, 0, 'checks'])
  })

  test.each([
    ['a network', 'nnet1', 250],
    ['an operator', 'oasn1', 10_000],
  ])('in %s refuses nobody else there', async (_, source, wrong) => {
    const ask = await guessed(HOME, wrong, [source])
    expect(await ask(HOME, ['aknown', source], 4)).toEqual([0, 0, 0, 0])
    expect(await ask(HOME, ['anew', source], 3)).toEqual([0, 0, 'checks'])
    expect(await ask(HOME, [], 4)).toEqual([0, 0, 0, 0])
  })

  test('is known after an eviction', async () => {
    const kept = new Map<string, unknown>()
    const { object } = await guardOver(kept, async () => undefined)
    await object.hear([{ ...HOME, sources: [], startedAt: Date.now(), isUsed: false, wrong: 5_001 }])
    await object.alarm()
    const again = (await guardOver(kept, async () => undefined)).object
    const from = async (number: typeof HOME) => {
      const all = []
      for (let n = 0; n < 3; n++) all.push((await again.ask(codeFrom(number, ['anew']), 0)).objection?.reason)
      return all
    }
    expect(await from(HOME)).toEqual([undefined, undefined, 'checks'])
  })
})
