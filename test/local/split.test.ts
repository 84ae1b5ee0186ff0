import { describe, expect, test } from 'vitest'
import { readWrangler, type WranglerConfig } from '../../local/build/wrangler-config.ts'
import { completed } from '../../local/split.ts'

const SINGLE = readWrangler()
const OWN: WranglerConfig = { name: 'chapar-x', main: 'x.ts', compatibility_date: SINGLE.compatibility_date }
/** A Worker that asks for these by name only: the ids and settings are not its own to say. */
const asking = (lists: object, single: WranglerConfig = SINGLE): WranglerConfig =>
  completed({ ...OWN, ...lists } as WranglerConfig, single)
const queues = SINGLE.queues ?? {}

describe('a Worker of the split deployment', () => {
  test('has what it names as wrangler.toml has it, and nothing else', () => {
    const config = asking({
      d1_databases: [{ binding: 'CONTROL' }],
      queues: { producers: [{ binding: 'SEND_*' }], consumers: [{ queue: 'chapar-report' }] },
    })
    expect(config.d1_databases?.map(({ database_id: id }) => id)).toEqual([SINGLE.d1_databases?.[0]?.database_id])
    expect(config.queues?.producers).toEqual(queues.producers?.filter(({ binding }) => binding.startsWith('SEND_')))
    expect(config.queues?.consumers).toEqual(queues.consumers?.filter(({ queue }) => queue === 'chapar-report'))
    expect(config).not.toHaveProperty('r2_buckets')
  })

  test('binds objects of another Worker where it says so', () => {
    const bindings = [{ name: '*', script_name: 'chapar-state' }]
    const found = asking({ durable_objects: { bindings } }).durable_objects?.bindings
    expect(found).toEqual(SINGLE.durable_objects?.bindings.map((one) => ({ ...one, script_name: 'chapar-state' })))
  })

  test('is not written when it names what is not there', () => {
    expect(() => asking({ d1_databases: [{ binding: 'LEDGER_9' }] })).toThrow('LEDGER_9')
  })

  test('may leave open whether there is one: the sandbox carrier’s queue, the e-mail service', () => {
    const without = { ...SINGLE, queues: { producers: [] } }
    expect(asking({ queues: { producers: [{ binding: 'SANDBOX*' }] } }, without).queues?.producers).toEqual([])
    expect(asking({ send_email: [{ name: 'EMAIL*' }] })).not.toHaveProperty('send_email')
    const email = { ...SINGLE, send_email: [{ name: 'EMAIL' }] }
    expect(asking({ send_email: [{ name: 'EMAIL*' }] }, email).send_email).toEqual([{ name: 'EMAIL' }])
    expect(asking({ send_email: [{ name: 'SMS*' }] }, email)).not.toHaveProperty('send_email')
  })
})
