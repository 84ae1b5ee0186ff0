/*
 * Every minute the inboxes are pulled of those connections whose driver can and whose settings ask for it.
 * 1. pullInboxes() finds them, and pulls a few at a time for as long as one run may take.
 * 2. round.ts begins a round at the connection's throttle object, so that nobody else pulls there, and goes on where the last
 *    round was: ask for a page, queue it, store the cursor behind it, ask for the next.
 * 3. What came goes the way of callbacks: reports/ and inbound/ work the queue, and drop what a carrier told before.
 */

import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, MINUTE, SECOND } from '#worker/domain/time.ts'
import { openConfig } from '#worker/flows/carriers/connections.ts'
import { inboxOf } from '#worker/flows/carriers/inbox.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { mapLimited, OPEN_CONNECTIONS } from '#worker/lib/semaphore.ts'
import { listConnections, type StoredConnection } from '#worker/store/control/connections.ts'
import { pullInbox, type RoundClock } from './round.ts'

/** Connections that are read at a time. */
const PAGE = 200
/** Milliseconds after which a run begins no further round, and those of one round: both end before the next minute's run. */
const RUN_MS = 40 * SECOND
const ROUND_MS = 20 * SECOND

async function activeConnections({ env }: Platform): Promise<readonly StoredConnection[]> {
  const found: StoredConnection[] = []
  for (let after = ''; ; ) {
    const page = await listConnections(env.CONTROL, after, PAGE)
    found.push(...page.filter(({ status }) => status === 'active'))
    after = page.at(-1)?.id ?? ''
    if (page.length < PAGE) return found
  }
}

/** Opens the connections that have an inbox to pull. One that cannot be opened is told of and left out. */
async function pulledConnections(platform: Platform): Promise<readonly ConnectionConfig[]> {
  const pulled: ConnectionConfig[] = []
  for (const stored of await activeConnections(platform)) {
    try {
      const config = await openConfig(platform, stored)
      if (inboxOf(platform, config)) pulled.push(config)
    } catch (error) {
      platform.log('poll.unopened', { connection: stored.id, reason: errorLabel(error) })
    }
  }
  return pulled
}

/**
 * Pulls all inboxes that are due. `now` is the cron's scheduled time, so that tests can move the clock. Each run begins with
 * another connection, so that those whose inboxes fill faster than they are read do not starve the others.
 */
export async function pullInboxes(platform: Platform, now: EpochMs): Promise<void> {
  const startedAt = platform.now()
  const pulled = await pulledConnections(platform)
  const first = pulled.length === 0 ? 0 : Math.floor(now / MINUTE) % pulled.length
  await mapLimited([...pulled.slice(first), ...pulled.slice(0, first)], OPEN_CONNECTIONS, async ({ id }) => {
    if (platform.now() - startedAt > RUN_MS) return
    const begunAt = platform.now()
    const clock: RoundClock = {
      now: () => Math.max(now, platform.now()),
      isOver: () => platform.now() - begunAt > ROUND_MS,
    }
    try {
      await pullInbox(platform, id, clock)
    } catch (error) {
      platform.log('poll.broken', { connection: id, reason: errorLabel(error) })
    }
  })
}
