import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/carriers/channel.ts'
import { type Api, accessToken } from '../../local/api.ts'
import { planOf } from '../../local/demo/plan.ts'
import { completeDemo, createDemo } from '../../local/demo/seed.ts'
import { type Harness, startChapar } from '../worlds/harness.ts'
import { gatewayProcess } from './gateway-process.ts'

class Interrupted extends Error {}

interface Listed {
  readonly data: readonly Readonly<Record<string, unknown>>[]
}

/** Channels whose steps are interrupted: that of createDemo(), and one of completeDemo()'s, which all go the same way. */
const OPENED = ['sms', 'email']

/** Says which step a change is, whatever ids it names. */
const stepOf = (method: string, path: string, body: unknown): string =>
  `${method} ${path} ${JSON.stringify(body)}`.replace(/(?:ten|con|cli|crd)_\w+/g, '…')

/** An operator who is gone right after each change that none before was lost after: the answer reaches nobody. */
function losing(operator: Api, lost: Set<string>): Api {
  const losingOnce = async (method: 'post' | 'put', path: string, body: unknown): Promise<unknown> => {
    const answer = await operator[method](path, body)
    const step = stepOf(method, path, body)
    const { channel = 'sms' } = (body ?? {}) as { readonly channel?: string }
    if (lost.has(step) || !OPENED.includes(channel)) return answer
    lost.add(step)
    throw new Interrupted()
  }
  return {
    ...operator,
    post: (path, body) => losingOnce('post', path, body),
    put: (path, body) => losingOnce('put', path, body),
  }
}

describe('the demo tenant of a set-up that was interrupted after each change', () => {
  let chapar: Harness
  let operator: Api
  const lost = new Set<string>()
  let demo: Awaited<ReturnType<typeof completeDemo>> | null = null
  beforeAll(async () => {
    chapar = await startChapar()
    operator = chapar.api(await chapar.operatorToken())
    // Each run begins without a note of those before.
    for (let runs = 0; demo === null && runs < 200; runs++) {
      const now = losing(operator, lost)
      demo = await createDemo(now)
        .then((known) => completeDemo(now, known))
        .catch((error: unknown) => {
          if (error instanceof Interrupted) return null
          throw error
        })
    }
  })
  afterAll(() => chapar.dispose())

  const listed = async (path: string): Promise<Listed['data']> => ((await operator.get(path)) as Listed).data

  test('every kind of change was lost once', () => {
    const senders = [...planOf('sms').senders, ...planOf('email').senders]
    // Of a channel a connection and two routes; the tenant and two clients; what was left gets a new secret, or is revoked.
    expect(lost.size).toBeGreaterThanOrEqual(2 * 3 + senders.length + 3 + 2)
  })

  test('is one, with one connection, both routes and all senders of each channel', async () => {
    const tenants = (await listed('/admin/v1/tenants')).filter(({ name }) => name === 'Demo')
    expect(tenants.map(({ id }) => id)).toEqual([demo?.tenantId])
    const connections = await listed('/admin/v1/connections')
    expect(connections.map(({ channel }) => channel).sort()).toEqual([...CHANNELS].sort())
    const routes = await listed(`/admin/v1/routes?tenantId=${demo?.tenantId}`)
    expect(routes).toHaveLength(2 * CHANNELS.length)
    const senders = await listed(`/admin/v1/tenants/${demo?.tenantId}/senders`)
    expect(senders).toHaveLength(CHANNELS.flatMap((channel) => planOf(channel).senders).length)
  })

  test('has two clients whose secrets are known, and no other that still works', async () => {
    const clients = await listed(`/admin/v1/tenants/${demo?.tenantId}/credentials`)
    const active = clients.filter(({ status }) => status === 'active').map(({ clientId }) => clientId)
    expect(active.sort()).toEqual([demo?.clientId, demo?.liveClientId].sort())
    await expect(accessToken(chapar.url, demo?.clientId ?? '', demo?.clientSecret ?? '')).resolves.toBeTruthy()
  })

  test('knows the secrets of its callbacks', async () => {
    for (const [channel, made] of Object.entries(demo?.channels ?? {})) {
      const path = `/callbacks/${channel}/sandbox/${made.connectionId}/${made.callbackSecret}`
      const answer = await chapar.fetch(path, {
        method: 'POST',
        body: JSON.stringify({ at: Date.now(), receipts: [] }),
      })
      expect(answer.status, channel).toBe(200)
    }
  })
})

/**
 * Steps of a start that is killed, each after those before: its secrets are there; its runtime is noted and starts (twice); the
 * tenant is made; some channels are.
 */
const KILLS = ['SIGKILL file 1', 'SIGKILL file 3', 'SIGTERM file 3', 'SIGKILL answer 2', 'SIGTERM answer 12']

test('`npm start` that was killed at any step begins anew where it was, and leaves no runtime behind', async () => {
  const it = await gatewayProcess()
  try {
    const runtimes: number[] = []
    for (const at of KILLS) {
      const program = it.spawn(['--import', './test/local/kill-at.ts', 'local/start.ts'], { KILL_AT: at })
      const said = await program.ended()
      expect(said, at).toContain('killed')
      const runtime = Number(/runtime (\d+) killed/.exec(said)?.[1])
      if (runtime) runtimes.push(runtime)
    }
    expect(runtimes).toHaveLength(4)
    await it.start()
    expect(runtimes.filter(isAlive)).toEqual([])
    const tenant = await it.tenant()
    const text = { channel: 'sms', to: '+989121234567', content: { text: 'سلام' } }
    expect(await tenant.post('/v1/messages', text)).toMatchObject({ status: 'accepted' })
  } finally {
    await it.dispose()
  }
})

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
