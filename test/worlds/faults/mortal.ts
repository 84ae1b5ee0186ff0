import { Webhook } from 'standardwebhooks'
import type { Mode } from '#worker/domain/realm.ts'
import { ownRuntime } from '../../../local/build/runtime-process.ts'
import { generateSecrets } from '../../../local/secrets.ts'
import type { Journaled } from '../entries/journal.ts'
import { type Harness, startChapar, stateFolder } from '../harness.ts'
import type { Outbound } from '../outbound.ts'
import { caller, newTenant, type World } from '../world.ts'
import { newReceiver, type Receiver } from './receiver.ts'

/** Who outlives the gateway: carriers, receiver and journal, which live in this process. */
export interface Mortal {
  /** Of the runtime that lives now. */
  world(): World
  readonly receiver: Receiver
  /** All that was ever queued, in its order. */
  readonly journal: readonly Journaled[]
  /** Posts to the receiver whose signature is wrong. */
  forged(): number
  /** SIGKILL to workerd. */
  kill(): Promise<void>
  /** A new runtime on what the killed one left behind, its queues empty. */
  restart(): Promise<void>
  /** Puts all that was ever queued on the queues again. */
  replay(): Promise<void>
  /** Leaves out of later replays what was queued until now. */
  forget(): void
  dispose(): Promise<void>
}

const HOOK_HOST = 'receiver.hooks.example.com'
/** Journal entries of one replay request. */
const REPLAYED_AT_ONCE = 100

/** Passes a receiver's posts on if the standard's own library takes their signature. */
function verifying(receiver: Receiver, secret: () => string | null): { outbound: Outbound; forged: () => number } {
  let forged = 0
  return {
    forged: () => forged,
    outbound: async (request) => {
      const signing = secret()
      if (signing === null) return receiver.outbound(request)
      const body = await request.text()
      try {
        new Webhook(signing).verify(body, Object.fromEntries(request.headers))
      } catch {
        forged++
        return new Response(null, { status: 401 })
      }
      return receiver.outbound(new Request(request.url, { method: 'POST', headers: request.headers, body }))
    },
  }
}

async function worldOf(chapar: Harness, tenant: Awaited<ReturnType<typeof newTenant>>): Promise<World> {
  const call = caller(chapar, tenant.token)
  return {
    chapar,
    operator: chapar.api(await chapar.operatorToken()),
    tenantId: tenant.tenantId,
    connectionId: tenant.connection.id,
    callbackUrl: tenant.connection.callbackUrl,
    line: tenant.line,
    token: tenant.token,
    call,
    json: async (path, { status = 200, ...init } = {}) => {
      const answer = await call(path, init)
      if (answer.status !== status) throw new Error(`${path} answered ${answer.status}, not ${status}`)
      return JSON.parse(await answer.text())
    },
    ledger: chapar.ledger(),
    dispose: () => chapar.dispose(),
  }
}

async function killRuntime(): Promise<void> {
  const pid = ownRuntime()
  if (pid === null) throw new Error('no runtime to kill')
  process.kill(pid, 'SIGKILL')
  while (ownRuntime() === pid) await new Promise((resolve) => setTimeout(resolve, 10))
}

/** A gateway that may be killed: its state is on the disk and its queues are journaled outside it. */
export async function startMortal(
  carriers: Readonly<Record<string, Outbound>>,
  connection: Readonly<Record<string, unknown>>,
  mode: Mode = 'live',
): Promise<Mortal> {
  const journal: Journaled[] = []
  const receiver = newReceiver(HOOK_HOST)
  let secret: string | null = null
  const { outbound: hooks, forged } = verifying(receiver, () => secret)
  const outside: Readonly<Record<string, Outbound>> = {
    ...carriers,
    [HOOK_HOST]: hooks,
    'journal.example.com': async (request) => {
      journal.push(...((await request.json()) as Journaled[]))
      return new Response(null, { status: 204 })
    },
  }
  const options = {
    entry: 'test/worlds/entries/journal.ts',
    persist: stateFolder(),
    secrets: generateSecrets(),
    outbound: async (request: Request) => {
      const there = outside[new URL(request.url).hostname]
      if (!there) throw new Error('nobody is there')
      return there(request)
    },
  }
  const first = await startChapar(options)
  const limits = { rate: 100_000, burst: 1_000_000 }
  const tenant = await newTenant(first, { mode, connection, tenant: { limits } })
  let world = await worldOf(first, tenant)
  const endpoint = { url: receiver.url, batch: true }
  secret = (await world.json<{ secret: string }>('/v1/webhooks', { body: endpoint, status: 201 })).secret
  return {
    world: () => world,
    receiver,
    journal,
    forged,
    kill: killRuntime,
    restart: async () => {
      await world.dispose().catch(() => undefined)
      world = await worldOf(await startChapar(options), tenant)
    },
    replay: async () => {
      const queued = [...journal]
      for (let i = 0; i < queued.length; i += REPLAYED_AT_ONCE) {
        const body = JSON.stringify(queued.slice(i, i + REPLAYED_AT_ONCE))
        const answer = await world.chapar.fetch('/replay', { method: 'POST', body })
        if (!answer.ok) throw new Error(`the replay was answered ${answer.status}`)
      }
    },
    forget: () => {
      journal.length = 0
    },
    dispose: () => world.dispose(),
  }
}
