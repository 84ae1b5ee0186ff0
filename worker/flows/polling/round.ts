import type { PollEnd, PollFault } from '#worker/domain/carriers/poll-state.ts'
import type { Polled } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId } from '#worker/domain/ids.ts'
import type { ConnectionConfig } from '#worker/domain/tenants/tenant.ts'
import { type EpochMs, SECOND } from '#worker/domain/time.ts'
import { freshConfig } from '#worker/flows/carriers/connections.ts'
import { type HeardJob, heardJobs, queueHeard } from '#worker/flows/carriers/heard.ts'
import { inboxOf, settingsMark } from '#worker/flows/carriers/inbox.ts'
import { channelOf } from '#worker/flows/carriers/ports.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { keepTooLarge } from '#worker/flows/upkeep/dead-letter.ts'
import { randomDigits } from '#worker/lib/base32.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { errorLabel } from '#worker/lib/log.ts'
import { pause } from '#worker/lib/pause.ts'

/** Milliseconds that one page may take to come: with those of queueing it, less than a round lasts. */
const PAGE_MS = 30 * SECOND
/** Milliseconds between the tries to queue a page, which the carrier may not tell again. */
const QUEUE_DELAYS: readonly number[] = [100, 1_000, 4_000]
const TOKEN_DIGITS = 16

const NO_ANSWER: PollFault = { code: 'no-answer', detail: 'The driver failed, or had no answer in time.' }
const NOT_KEPT: PollFault = { code: 'not-kept', detail: 'A page came and could not be queued here.' }
const INTERRUPTED: PollFault = { code: 'interrupted', detail: 'The gateway failed between two pages.' }

/** A connection and the mark of its settings, as the round found them. */
interface Source {
  readonly config: ConnectionConfig
  readonly mark: string
}

/** Times of a round. */
export interface RoundClock {
  /** Time by which the round is due, held and ended: the cron's, where that is ahead. */
  now(): EpochMs
  /** True if no further page is to be asked for. */
  isOver(): boolean
}

/** Progress of one round. */
interface Round {
  readonly token: string
  readonly clock: RoundClock
  cursor: string | null
  /** True while a page that was asked for is not durable. */
  isOpen: boolean
  fault: PollFault | null
  retryAfter: number
  /** Pages that came without a failure, and what all pages brought. */
  good: number
  inbound: number
  receipts: number
}

const throttleOf = (platform: Platform, id: ConnectionId) => () => platform.env.THROTTLE.getByName(id)

async function queuePatiently(platform: Platform, jobs: readonly HeardJob[]): Promise<void> {
  for (let tried = 0; ; tried++) {
    try {
      return await queueHeard(platform.env.REPORT, jobs)
    } catch (error) {
      const delay = QUEUE_DELAYS[tried]
      if (delay === undefined) throw error
      await pause(delay)
    }
  }
}

/** Makes a page durable: all of it is on the queue, or in the ledger, when this resolves. */
async function keep(platform: Platform, { config }: Source, { receipts, inbound }: Polled): Promise<void> {
  const again = channelOf(platform, config.channel)?.again
  const large: HeardJob[] = []
  const about = { connectionId: config.id, proof: 'query', channel: again ? config.channel : null } as const
  const jobs = heardJobs({ ...about, receipts, inbound }, platform.now(), (job) => large.push(job))
  await queuePatiently(platform, jobs)
  for (const job of large) await keepTooLarge(platform, job)
}

/** Asks for one page and keeps it; false: the round is over. Throws with `round.fault` set if the page is not durable. */
async function pullPage(platform: Platform, source: Source, round: Round, isRepeat: boolean): Promise<boolean> {
  const inbox = inboxOf(platform, source.config)
  if (!inbox) return false
  round.isOpen = true
  round.fault = NO_ANSWER
  const polled = await withDeadline(inbox.poll(round.cursor, isRepeat), PAGE_MS)
  round.fault = NOT_KEPT
  await keep(platform, source, polled)
  round.isOpen = false
  round.cursor = polled.cursor
  round.inbound += polled.inbound.length
  round.receipts += polled.receipts.length
  if (polled.failure) round.retryAfter = Math.max(round.retryAfter, polled.retryAfter ?? 0)
  else round.good++
  round.fault = polled.failure ?? null
  return polled.cursor !== null && polled.last !== true
}

/** Answers the source as it now is; null if its inbox is pulled no more, or with other settings. */
async function stillThere(platform: Platform, { config, mark }: Source): Promise<Source | null> {
  const now = await freshConfig(platform, config.id)
  if (!now || !inboxOf(platform, now) || (await settingsMark(platform, now)) !== mark) return null
  return { config: now, mark }
}

/** Stores the cursor and answers from where to go on; `over`: nowhere in this round; `overtaken`: it is another poller's. */
async function goOn(platform: Platform, source: Source, round: Round): Promise<Source | 'over' | 'overtaken'> {
  const there = await stillThere(platform, source)
  if (!there || round.clock.isOver()) return 'over'
  const page = { token: round.token, cursor: round.cursor, now: round.clock.now() }
  const isMine = await callObject(platform.log, 'throttle', throttleOf(platform, source.config.id), (stub) =>
    stub.keepPage(page),
  )
  return isMine ? there : 'overtaken'
}

/** Pulls page after page until the inbox is empty or the time is over; false: another poller has the round. */
async function pullPages(platform: Platform, source: Source, round: Round, isRepeat: boolean): Promise<boolean> {
  let fault: PollFault | null = null
  let current = source
  for (let page = 0; await pullPage(platform, current, round, isRepeat && page === 0); page++) {
    fault ??= round.fault
    round.fault = INTERRUPTED
    const next = await goOn(platform, current, round)
    round.fault = fault
    if (next === 'overtaken') return false
    if (next === 'over') return true
    current = next
  }
  round.fault = fault ?? round.fault
  return true
}

/** Ends the round, and tells the operator of what came and of an inbox that stands still. */
async function endRound(platform: Platform, id: ConnectionId, round: Round, startedAt: number): Promise<void> {
  const { token, clock, cursor, isOpen, fault, retryAfter, good, inbound, receipts } = round
  const end: PollEnd = {
    token,
    cursor,
    isOpen,
    fault,
    retryAfter,
    isFruitless: fault !== null && good === 0,
    now: clock.now(),
  }
  const notice = await callObject(platform.log, 'throttle', throttleOf(platform, id), (stub) => stub.endPoll(end))
  const failed = fault === null ? null : { code: fault.code, carrierCode: fault.carrierCode ?? null }
  if (inbound + receipts > 0 || failed !== null)
    platform.log('poll.done', { connection: id, pages: good, inbound, receipts, ms: platform.now() - startedAt })
  if (failed !== null) platform.log('poll.failed', { connection: id, ...failed })
  if (notice !== null) platform.log(`poll.${notice}`, { connection: id, ...failed })
}

/**
 * Pulls one connection's inbox, if it is due and nobody else does. A page is durable before its cursor is stored, and the cursor
 * before the next page is asked for: whenever this is killed, the next round asks for the page that was not durable.
 */
export async function pullInbox(platform: Platform, id: ConnectionId, clock: RoundClock): Promise<void> {
  const startedAt = platform.now()
  const config = await freshConfig(platform, id)
  if (!config || !inboxOf(platform, config)) return
  const source = { config, mark: await settingsMark(platform, config) }
  const token = randomDigits(TOKEN_DIGITS)
  const begun = await callObject(platform.log, 'throttle', throttleOf(platform, id), (stub) =>
    stub.beginPoll({ token, settings: source.mark, now: clock.now() }),
  )
  if (!begun) return
  const counts = { retryAfter: 0, good: 0, inbound: 0, receipts: 0 }
  const round: Round = { token, clock, cursor: begun.cursor, isOpen: false, fault: null, ...counts }
  let isMine = true
  try {
    isMine = await pullPages(platform, source, round, begun.isRepeat)
  } catch (error) {
    platform.log('poll.page-failed', { connection: id, reason: errorLabel(error) })
  }
  if (isMine) await endRound(platform, id, round, startedAt)
  else platform.log('poll.overtaken', { connection: id })
}
