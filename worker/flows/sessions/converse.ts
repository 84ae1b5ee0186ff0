import { modeOf, type Realm, tenantOf } from '#worker/domain/realm.ts'
/*
 * A turn of a person's USSD session is answered with a screen in the same request.
 * 1. openingOf() finds whose code was called, and an earlier session that may be resumed.
 * 2. The session's object (durable-objects/session.ts) begins the turn: the first of two copies asks, the other waits.
 * 3. converse-ask.ts asks the tenant's application; converse-answer.ts reads the screen out of its answer.
 * 4. The object keeps the screen, cut to the telephone's size, and gives it to the carrier.
 * session-record.ts writes the session to the ledger and tells of it; session-look-up.ts reads it.
 */

import type { Channel } from '#worker/domain/carriers/channel.ts'
import type { Screen, Turn } from '#worker/domain/carriers/provider.ts'
import { newRequestId, newSessionId } from '#worker/domain/ids.ts'
import { fitScreen } from '#worker/domain/sessions/screen.ts'
import { type Answer, type Opening, type Resumable, stopOf } from '#worker/domain/sessions/session.ts'
import { type SessionRules, sessionRules } from '#worker/domain/sessions/settings.ts'
import { type ConnectionConfig, mayWork, type Policy, writeShard } from '#worker/domain/tenants/tenant.ts'
import type { EpochMs } from '#worker/domain/time.ts'
import { channelOf } from '#worker/flows/carriers/ports.ts'
import { policyOf } from '#worker/flows/core/admission.ts'
import { callObject } from '#worker/flows/core/call-object.ts'
import { applicationOf } from '#worker/flows/core/endpoints.ts'
import { ABROAD, heardAddress, personKey } from '#worker/flows/core/person.ts'
import type { Platform } from '#worker/flows/core/platform.ts'
import { canonical, ownerOf } from '#worker/flows/inbound/owner.ts'
import { toBase64Url } from '#worker/lib/bytes.ts'
import { withDeadline } from '#worker/lib/deadline.ts'
import { hmac } from '#worker/lib/hmac.ts'
import { errorLabel } from '#worker/lib/log.ts'
import type { BegunTurn, SessionCalls, TurnCall } from '#worker/object-calls.ts'
import { shardOfEnv } from '#worker/store/ledger.ts'
import { latestSession } from '#worker/store/sessions/read.ts'
import { askApplication } from './converse-ask.ts'

/**
 * Milliseconds before the carrier's deadline at which the application must have answered, so that the answer can be kept
 * and sent on.
 */
const ANSWER_SLACK = 300
/** Milliseconds before the carrier's deadline at which it gets a screen, whatever is under way. */
const SCREEN_SLACK = 100
/** Most milliseconds that a person waits for the offer to resume an earlier session. */
const RESUME_MS = 500

interface Conversation {
  readonly platform: Platform
  /** Name of the session's object. */
  readonly name: string
  readonly config: ConnectionConfig
  readonly rules: SessionRules
  readonly call: TurnCall
  readonly arrivedAt: EpochMs
}

/**
 * Names a session's object. The person and the code are part of the name, so that a carrier's id that comes twice shows
 * nobody another's screens; hashed, because the platform keeps and shows names. The hash takes no look-up.
 */
async function sessionName(platform: Platform, config: ConnectionConfig, turn: Turn): Promise<string> {
  const channel = channelOf(platform, config.channel)
  const { sessionRef, from, to } = turn
  // Reads the address without the tenant's region, because the tenant is not known yet. The name only has to be the same
  // each time.
  const party = channel ? heardAddress(channel, from, ABROAD) : from
  const code = channel ? canonical((input) => channel.sender(input), to) : to
  const key = await hmac(platform.config.indexKey, JSON.stringify(['session', config.id, code, party, sessionRef]))
  return toBase64Url(key)
}

/** Calls the session's object. Its methods bear being called twice, because a turn is known by its call's token. */
const inSession = <Result>(
  { platform, name }: Conversation,
  work: (object: SessionCalls) => Promise<Result>,
): Promise<Result> => callObject(platform.log, 'session', () => platform.env.SESSION.getByName(name), work)

/** Owner of a session. */
type Owned = { readonly policy: Policy; readonly realm: Realm; readonly channel: Channel }

/** Finds the person's last session on this line, if it broke off a short while ago. */
async function lastStop(
  { platform, config, rules, arrivedAt }: Conversation,
  { policy, realm, channel }: Owned,
  party: string,
  line: string,
): Promise<Resumable | null> {
  if (rules.resumeMs === 0) return null
  const ledger = { db: shardOfEnv(platform.env, writeShard(policy)), keys: platform.keys }
  const last = await latestSession(ledger, realm, await personKey(platform, realm, channel, party))
  if (!last || last.isAltered || last.connectionId !== config.id || last.line !== line || last.reason === 'application')
    return null
  const stop = last.updatedAt >= arrivedAt - rules.resumeMs ? stopOf(last.turns) : null
  return stop && { id: last.id, ...stop }
}

/** Finds a session that may be resumed. If the ledger is slow or away there is no offer, and the session goes on without it. */
async function resumable(
  conversation: Conversation,
  owned: Owned,
  party: string,
  line: string,
): Promise<Resumable | null> {
  const { platform, config, rules } = conversation
  const most = Math.min(RESUME_MS, rules.deadlineMs / 4)
  return withDeadline(lastStop(conversation, owned, party, line), most).catch((error: unknown) => {
    platform.log('session.resume-failed', { connection: config.id, reason: errorLabel(error) })
    return null
  })
}

/** Opens a session for the owner of the code that was called; null if nobody owns it. */
async function openingOf(conversation: Conversation): Promise<Opening | null> {
  const { platform, config, rules, call, arrivedAt } = conversation
  const channel = channelOf(platform, config.channel)
  if (!channel) return null
  const { policy, realm, line, spelling } = await ownerOf(platform, { channel, config, to: call.turn.to })
  if (!policy) {
    platform.log('session.unowned', { connection: config.id })
    return null
  }
  const party = heardAddress(channel, call.turn.from, spelling)
  return {
    id: await newSessionId(platform.config.idKeys, realm, newRequestId(arrivedAt)),
    channel: config.channel,
    connectionId: config.id,
    sessionRef: call.turn.sessionRef,
    party,
    line,
    startedAt: arrivedAt,
    realm,
    shard: writeShard(policy),
    sessionMs: rules.sessionMs,
    resumes: await resumable(conversation, { policy, realm, channel }, party, line),
  }
}

/** Asks the tenant's application; null if there is none, it may not be asked, or it gave no screen in time. */
async function answerOf(
  { platform, call, rules, arrivedAt }: Conversation,
  { opening, number, inputs }: Extract<BegunTurn, { kind: 'ask' }>,
): Promise<Answer | null> {
  const { realm } = opening
  const [policy, endpoint] = await Promise.all([policyOf(platform, tenantOf(realm)), applicationOf(platform, realm)])
  if (!policy || !mayWork(policy.status, modeOf(realm)) || !endpoint) return null
  const answerBy = arrivedAt + rules.deadlineMs - ANSWER_SLACK
  return askApplication(platform, endpoint, {
    opening,
    turn: call.turn,
    number,
    inputs,
    answerBy,
    screenLength: rules.screenLength,
  })
}

/** Makes the screen of a turn; null if only the fallback can be shown. */
async function screenOf(conversation: Conversation): Promise<Screen | null> {
  const { platform, call, arrivedAt } = conversation
  if (call.turn.event === 'end') {
    await inSession(conversation, (object) => object.end(arrivedAt))
    return null
  }
  let opening = call.turn.event === 'start' ? await openingOf(conversation) : null
  if (call.turn.event === 'start' && !opening) return null
  let begun = await inSession(conversation, (object) => object.begin(call, opening))
  if (begun.kind === 'unknown') {
    opening = await openingOf(conversation)
    if (!opening) return null
    begun = await inSession(conversation, (object) => object.begin(call, opening))
  }
  if (begun.kind === 'show') return begun.screen
  if (begun.kind !== 'ask') return null
  const asked = begun
  const answer = await answerOf(conversation, asked).catch((error: unknown) => {
    platform.log('session.ask-failed', { session: asked.opening.id, reason: errorLabel(error) })
    return null
  })
  const ms = platform.now() - arrivedAt
  return inSession(conversation, (object) => object.finish(call, asked.opening, answer, ms))
}

/**
 * Answers a person's turn with a screen, through the session's object, which has the tenant's application asked once a turn.
 * Whatever happens (an application that is late, broken or hostile, an object or a database that is away), there is a screen
 * before the carrier's deadline, counted from the request's arrival. Does not throw.
 */
export async function converse(
  platform: Platform,
  config: ConnectionConfig,
  turn: Turn,
  arrivedAt: EpochMs,
): Promise<Screen> {
  const rules = sessionRules(config.settings)
  const fallback = fitScreen(rules.fallback, rules.screenLength).text
  const screenBy = arrivedAt + rules.deadlineMs - SCREEN_SLACK
  const call: TurnCall = {
    token: crypto.randomUUID(),
    // Sets the time of arrival, because the carrier's clock may be wrong.
    turn: { ...turn, at: arrivedAt },
    screenBy,
    fallback,
    screenLength: rules.screenLength,
  }
  let fault: string | null = null
  const { promise: deadline, resolve: expire } = Promise.withResolvers<null>()
  const timer = setTimeout(
    () => {
      fault = 'late'
      expire(null)
    },
    Math.max(0, screenBy - platform.now()),
  )
  const conversing = async (): Promise<Screen | null> =>
    screenOf({ platform, name: await sessionName(platform, config, turn), config, rules, call, arrivedAt })
  const worked = conversing().catch((error: unknown) => {
    fault = errorLabel(error)
    return null
  })
  // Ends the session of a carrier that still calls a disabled connection.
  const screen = config.status === 'active' ? await Promise.race([worked, deadline]) : null
  clearTimeout(timer)
  platform.log('session.answered', {
    connection: config.id,
    event: turn.event,
    by: screen === null ? 'fallback' : 'session',
    fault,
    ms: platform.now() - arrivedAt,
  })
  return screen ?? { text: fallback, ends: true }
}
