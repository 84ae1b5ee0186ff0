import { afterAll, beforeAll, expect, test } from 'vitest'
import { MINUTE } from '#worker/domain/time.ts'
import { refusal } from '../fixtures/kavenegar/answers.ts'
import { fakeKavenegar, KAVENEGAR } from '../worlds/faults/carriers.ts'
import { numbers, type Stage, startStage } from '../worlds/faults/drill.ts'
import { assertInvariant, heldOf, settled } from '../worlds/faults/invariant.ts'
import { seeded } from '../worlds/random.ts'

const carrier = fakeKavenegar()
let stage: Stage
beforeAll(async () => {
  stage = await startStage({
    mode: 'live',
    connection: KAVENEGAR,
    carriers: { 'api.kavenegar.com': carrier.outbound },
  })
})
afterAll(() => stage.world.dispose())

const ROUNDS = 10
const MOST_ROUNDS = 40
const PER_ROUND = 100

/** Cancels each message of a campaign after a moment of its own; what each cancel said. */
async function cancelAll(ids: readonly string[], random: () => number, withinMs: number): Promise<Map<string, number>> {
  const said = ids.map(async (id) => {
    await new Promise((resolve) => setTimeout(resolve, random() * withinMs))
    const answer = await stage.world.call(`/v1/messages/${id}/cancel`, { method: 'POST' })
    return [id, answer.status] as const
  })
  return new Map(await Promise.all(said))
}

/** 200: no carrier was called with it again, it is canceled and told so once. 409: it is with the carrier. */
async function check(said: ReadonlyMap<string, number>, calledBefore: ReadonlySet<string>): Promise<void> {
  const ids = [...said.keys()]
  const held = await assertInvariant({ world: stage.world, ids, carriers: [carrier], heard: stage.receiver.heard })
  const took = new Set(carrier.took.map(({ to }) => to))
  const called = new Set(carrier.calls.map(({ to }) => to))
  for (const { id, status, party } of held) {
    const canceled = said.get(id) === 200
    expect({ id, status, taken: took.has(party) }).toEqual({
      id,
      status: canceled ? 'canceled' : 'submitted',
      taken: !canceled,
    })
    if (canceled && !calledBefore.has(party)) expect(called.has(party)).toBe(false)
  }
}

test('raced against dispatch a thousand times: 200 means never called, 409 means submitted', async () => {
  const random = seeded(20_26)
  const said = new Map<string, number>()
  // On a busy machine one side may win ten rounds: then there was no race yet.
  const wasRace = () => new Set(said.values()).size > 1
  // Waits longer each time that dispatch was too slow to win once.
  let longest = 15
  for (let round = 0; round < ROUNDS || (!wasRace() && round < MOST_ROUNDS); round++) {
    const ids = await stage.send(numbers(PER_ROUND))
    for (const [id, status] of await cancelAll(ids, random, (round % ROUNDS) * longest)) said.set(id, status)
    if (round % ROUNDS === ROUNDS - 1 && !wasRace()) longest *= 3
  }
  expect(new Set(said.values())).toEqual(new Set([200, 409]))
  await settled(stage.world, [...said.keys()])
  await check(said, new Set())
})

test('raced against the next attempt of deferred messages: the same', async () => {
  carrier.before = () => refusal(418)
  const recipients = numbers(PER_ROUND)
  const ids = await stage.send(recipients)
  for (;;) {
    const held = await heldOf(stage.world, ids)
    if (held.length === ids.length && held.every(({ outcome }) => outcome === 'deferred')) break
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
  carrier.before = () => null
  // The sweep brings the next attempts now, while the cancels come.
  const sweeping = stage.sweep(6 * MINUTE)
  const said = await cancelAll(ids, seeded(7), 60)
  await sweeping
  await settled(stage.world, ids)
  await check(said, new Set(recipients))
})
