import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Config, loadConfig } from '#worker/config.ts'
import { type ConnectionId, newConnectionId } from '#worker/domain/ids.ts'
import { DAY } from '#worker/domain/time.ts'
import type { Env } from '#worker/env.ts'
import {
  connectionConfig,
  newCallbackSecrets,
  readSecrets,
  rotateCallbackSecret,
  sealSecrets,
} from '#worker/flows/carriers/connections.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { insertConnection, type StoredConnection, updateConnection } from '#worker/store/control/connections.ts'
import { keyringOf } from '#worker/store/keys/keyring.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import { type Bindings, startBindings } from '../../worlds/harness.ts'

let bindings: Bindings
let config: Config
let now = 1_800_000_000_000
let reads = 0

beforeAll(async () => {
  bindings = await startBindings()
  config = await loadConfig({ BASE_URL: 'https://chapar.test', ...generateSecrets().worker } as unknown as Env)
})
afterAll(() => bindings?.dispose())
beforeEach(() => {
  reads = 0
})

/** The real database, counted. */
function platform(): Platform {
  const control = new Proxy(bindings.control, {
    get(target, name) {
      if (name === 'prepare') reads++
      const member: unknown = Reflect.get(target, name)
      return typeof member === 'function' ? member.bind(target) : member
    },
  })
  const keys = keyringOf(control, config.sealKeys)
  return { env: { CONTROL: control }, config, keys, now: () => now, log: () => {} } as unknown as Platform
}

async function stored(over: Partial<StoredConnection> = {}): Promise<StoredConnection> {
  const id: ConnectionId = await newConnectionId(config.idKeys)
  const secrets = {
    open: { url: 'https://api.example' },
    settings: { apiKey: 'in-the-dark' },
    callback: newCallbackSecrets(),
  }
  const connection: StoredConnection = {
    id,
    channel: 'sms',
    provider: 'kavenegar',
    name: 'Test',
    status: 'active',
    ...(await sealSecrets(config, id, secrets)),
    rate: null,
    concurrency: 4,
    features: null,
    createdAt: now,
    updatedAt: now,
    ...over,
  }
  await insertConnection(bindings.control, connection)
  return connection
}

describe('a connection opened for use', () => {
  it('has its secret settings beside the open ones', async () => {
    const { id } = await stored()
    expect(await connectionConfig(platform(), id)).toMatchObject({
      id,
      settings: { url: 'https://api.example', apiKey: 'in-the-dark' },
      callbackSecrets: [expect.stringMatching(/^[0-9a-z]{32}$/)],
    })
  })

  it('is read once in five seconds, so that a change is in force after them', async () => {
    const connection = await stored()
    await connectionConfig(platform(), connection.id)
    await updateConnection(bindings.control, { ...connection, status: 'disabled' }, connection.updatedAt)
    now += 4_999
    reads = 0
    expect(await connectionConfig(platform(), connection.id)).toMatchObject({ status: 'active' })
    expect(reads).toBe(0)
    now += 1
    expect(await connectionConfig(platform(), connection.id)).toMatchObject({ status: 'disabled' })
  })

  it('is read again when the clock runs behind what was read', async () => {
    const connection = await stored()
    await connectionConfig(platform(), connection.id)
    now -= 60_000
    reads = 0
    await connectionConfig(platform(), connection.id)
    expect(reads).toBe(1)
  })

  it('is none for an id that we did not make, and no database is asked', async () => {
    for (const id of ['con_00000000000000000', 'x', '']) expect(await connectionConfig(platform(), id)).toBeNull()
    expect(reads).toBe(0)
  })

  it('does not open if its sealed settings were moved from another connection', async () => {
    const [one, other] = [await stored(), await stored()]
    const keys = keyringOf(bindings.control, config.sealKeys)
    const moved: StoredConnection[] = []
    moved.push({ ...one, secrets: other.secrets })
    moved.push({ ...one, secrets: one.callbackSecrets })
    moved.push({ ...one, settings: other.settings })
    moved.push({ ...one, settings: one.secrets })
    moved.push({ ...one, secrets: one.settings })
    for (const row of moved) {
      const read = await readSecrets(keys, row)
      expect(Object.values(read).filter((part) => part === null)).toHaveLength(1)
    }
  })
})

describe('callback secrets', () => {
  it('overlap for a day after a rotation, and never more than two are good', async () => {
    const first = newCallbackSecrets()
    const second = rotateCallbackSecret(first, now)
    expect(rotateCallbackSecret(second, now).map(({ secret }) => secret)).not.toContain(first[0]?.secret)
    const { id, secrets } = await stored()
    const sealed = await sealSecrets(config, id, { open: {}, settings: {}, callback: second })
    await bindings.control
      .prepare('UPDATE connections SET callback_secrets = ?2, secrets = ?3 WHERE id = ?1')
      .bind(id, sealed.callbackSecrets, secrets)
      .run()
    expect((await connectionConfig(platform(), id))?.callbackSecrets).toEqual([second[0]?.secret, first[0]?.secret])
    now += DAY
    expect((await connectionConfig(platform(), id))?.callbackSecrets).toEqual([second[0]?.secret])
  })
})
