import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { importSealKeys } from '#worker/config.ts'
import { DAY } from '#worker/domain/time.ts'
import { keksInUse, rotateSome } from '#worker/store/keys/rotate.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { fakeKavenegar, KAVENEGAR } from '../../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../../worlds/faults/drill.ts'
import { assertInvariant, settled } from '../../worlds/faults/invariant.ts'
import { newSealKey, withSealKeys } from '../../worlds/harness.ts'

const [old, young] = [newSealKey('old'), newSealKey('young')]
const secrets = withSealKeys(generateSecrets(), [young, old])
const MAKES_PAIR = 'INTO keys'
const READS_PAIR = 'FROM keys'

const OPTIONS = { isFaulty: true, mode: 'live', connection: KAVENEGAR } as const
const carrier = fakeKavenegar()
let stage: Stage
beforeAll(async () => {
  stage = await startStage({ ...OPTIONS, gateways: 2, secrets, carriers: { 'api.kavenegar.com': carrier.outbound } })
})
afterAll(() => stage.world.dispose())
beforeEach(() => stage.fail())

const holds = (ids: readonly string[]) =>
  assertInvariant({ world: stage.world, ids, carriers: [carrier], heard: stage.receiver.heard })

/** Ids of a person's messages as the list shows them. */
const idsTo = async ({ world }: Stage, to: string, gateway = 0): Promise<readonly string[]> => {
  const { data } = await world.json<{ data: { id: string; to: string }[] }>(
    `/v1/messages?${new URLSearchParams({ to })}`,
    { gateway },
  )
  for (const one of data) expect(one.to).toBe(to)
  return data.map(({ id }) => id)
}

/** Sends to a number of people, and answers whom each message is for. */
async function campaign(count: number): Promise<ReadonlyMap<string, string>> {
  const people = numbers(count)
  const ids = await stage.send(people)
  return new Map(ids.map((id, n) => [id, people[n] ?? '']))
}

describe('CONTROL fails when a tenant’s first messages need keys', () => {
  test.each([
    ['before it reads a pair', { match: READS_PAIR, times: 3 }],
    ['before it keeps a new pair', { match: MAKES_PAIR, times: 2 }],
    ['when it has kept a new pair', { match: MAKES_PAIR, times: 2, isLate: true }],
  ] as const)('%s: nothing is lost, nothing goes out twice, all are found', async (_, fault) => {
    const own = fakeKavenegar()
    const fresh = await startStage({ ...OPTIONS, carriers: { 'api.kavenegar.com': own.outbound } })
    try {
      await fresh.fail({ on: 'CONTROL', ...fault })
      const people = numbers(3)
      const ids = await fresh.send(people)
      expect(await settled(fresh.world, ids)).toEqual({ submitted: 3 })
      expect(await fresh.failures()).toEqual([fault.times])
      await fresh.fail()
      await assertInvariant({ world: fresh.world, ids, carriers: [own], heard: fresh.receiver.heard })
      for (const [n, to] of people.entries()) expect(await idsTo(fresh, to)).toEqual([ids[n]])
    } finally {
      await fresh.world.dispose()
    }
  })
})

describe('a fill of the index by party dies', () => {
  test.each([
    ['when it reads the tail', { match: 'WITH oldest AS' }],
    ['when it reads what the index holds', { match: 'GROUP BY month, bucket' }],
    ['before its batch', { match: 'INSERT INTO party_index' }],
    ['after its batch', { match: 'INSERT INTO party_index', isLate: true }],
  ] as const)(
    '%s, in the month after the claim: each message is found once, then and after the next',
    async (_, fault) => {
      const all: [id: string, to: string][] = []
      // One after the other: the newest row of a tail is never filled, and together they could be one.
      for (let n = 1; n <= 2; n++) {
        all.push(...(await campaign(150)))
        const ids = all.map(([id]) => id)
        expect(await settled(stage.world, ids)).toEqual({ submitted: 150 * n })
      }
      const ids = all.map(([id]) => id)
      const some = [all[0], all[149], all[150], all[299]].map((one): readonly [string, string] => one ?? ['', ''])
      const found = async () => {
        for (const [id, to] of some) expect(await idsTo(stage, to)).toEqual([id])
      }
      await stage.fail({ on: 'LEDGER_0', times: 1, ...fault })
      await stage.sweep(40 * DAY)
      expect(await stage.failures()).toEqual([1])
      await stage.fail()
      await found()
      await stage.sweep(40 * DAY)
      const waiting = await stage.world.ledger.prepare('SELECT count(*) AS n FROM party_tail').first<number>('n')
      expect(waiting).toBe(1)
      await found()
      await holds(ids)
    },
  )
})

test('a key is rotated in mid-campaign: nothing is lost, nothing goes out twice, and the new key alone reads all', async () => {
  const { control } = stage.world.chapar
  // As it all was before the new key came first.
  const before = await importSealKeys({ SEAL_KEYS: JSON.stringify([old, young]) })
  expect((await rotateSome(control, before, 1_000)).left).toBe(false)
  expect([...(await keksInUse(control)).keys()]).toEqual(['old'])

  const sent = new Map<string, string>()
  const send = async () => {
    for (let n = 0; n < 6; n++) for (const [id, to] of await campaign(60)) sent.set(id, to)
  }
  const rotate = async () => {
    const rotated = { pairs: 0, secrets: 0 }
    for (let left = true; left; ) {
      const done = (await stage.world.operator.post('/admin/v1/keys/rotate', {})) as typeof rotated & { left: boolean }
      rotated.pairs += done.pairs
      rotated.secrets += done.secrets
      ;({ left } = done)
    }
    return rotated
  }
  const [rotated] = await Promise.all([rotate(), send()])
  expect(rotated.pairs).toBeGreaterThan(0)
  expect(rotated.secrets).toBeGreaterThan(0)
  const ids = [...sent.keys()]
  expect(await settled(stage.world, ids)).toEqual({ submitted: 360 })
  await holds(ids)

  expect([...(await keksInUse(control)).keys()]).toEqual(['young'])
  // The other gateway has read no pair yet: it unwraps each as it now lies there.
  for (const [id, to] of [...sent].filter((_, n) => n % 40 === 0)) {
    expect(await idsTo(stage, to)).toEqual([id])
    expect(await idsTo(stage, to, 1)).toEqual([id])
  }
})
