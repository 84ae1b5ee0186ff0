import { afterAll, beforeAll, expect, test } from 'vitest'
import { baseOf, type MessageId } from '#worker/domain/ids.ts'
import { fakeKavenegar, fakeTwilio, KAVENEGAR, TWILIO } from '../../worlds/faults/carriers.ts'
import { newLane, numbers, type Stage, startStage } from '../../worlds/faults/drill.ts'
import { assertInvariant, settled } from '../../worlds/faults/invariant.ts'
import { sendJob } from '../../worlds/players/send-job.ts'

const [single, bulk] = [fakeTwilio(), fakeKavenegar()]
let stage: Stage
beforeAll(async () => {
  const carriers = { 'single.example.com': single.outbound, 'bulk.example.com': bulk.outbound }
  stage = await startStage({ mode: 'live', connection: TWILIO, carriers })
})
afterAll(() => stage.world.dispose())

// The second has more than a batch that keeps no counts, all in one slice.
test.each([
  ['a carrier that takes one a call', single, TWILIO, 'single.example.com', 2],
  ['a carrier that takes many', bulk, KAVENEGAR, 'bulk.example.com', 120],
] as const)(
  'of %s: a job that comes twice in one delivery of the queue is sent once, and counted once',
  async (_, carrier, connection, host, many) => {
    const lane = await newLane(stage, `1000${5_000 + many}`, connection, host)
    await stage.route([lane.id])
    const { job, ids } = await sendJob({ ...stage.world, line: lane.line }, numbers(many), Date.now(), 'live')
    const id = `bat_${baseOf(ids[0] as MessageId)}`
    const body = { ...job, batch: { id, total: many, accepted: many } }
    await (await stage.world.chapar.queue('SEND_SMS')).sendBatch([{ body }, { body }])
    expect(await settled(stage.world, ids)).toEqual({ submitted: many })
    await assertInvariant({ world: stage.world, ids, carriers: [carrier], heard: stage.receiver.heard })
    expect(carrier.calls).toHaveLength(many)
    expect(await stage.world.json(`/v1/batches/${id}`)).toMatchObject({ counts: { submitted: many } })
  },
)
