import { describe, expect, test } from 'vitest'
import type { Turn } from '#worker/domain/carriers/provider.ts'
import type { ConnectionId, SessionId } from '#worker/domain/ids.ts'
import {
  endSession,
  isExpired,
  isUnwritten,
  markWritten,
  nextWake,
  sessionRecordOf,
} from '#worker/domain/sessions/life.ts'
import {
  type Answer,
  answerTurn,
  decideTurn,
  isSameTurn,
  type Opening,
  openSession,
  type SessionState,
  screenOfCall,
  stopOf,
} from '#worker/domain/sessions/session.ts'

const T0 = 1_800_000_000_000
const SECOND = 1_000

const OPENING: Opening = {
  id: 'ses_x' as SessionId,
  channel: 'ussd',
  connectionId: 'con_x' as ConnectionId,
  sessionRef: 'ref',
  party: '+989121234567',
  line: '*384*1#',
  startedAt: T0,
  realm: 'live.ten_x',
  shard: 0,
  sessionMs: 180 * SECOND,
  resumes: null,
}
const fresh = (more: Partial<Opening> = {}): SessionState => openSession({ ...OPENING, ...more })

const turn = (more: Partial<Turn> = {}): Turn => ({
  sessionRef: 'ref',
  event: 'start',
  from: '+989121234567',
  to: '*384*1#',
  input: null,
  at: T0,
  ...more,
})
/** A turn of a carrier that accumulates. */
const accumulated = (...inputs: string[]): Turn =>
  turn({ event: inputs.length === 0 ? 'start' : 'input', input: inputs.at(-1) ?? null, inputs })
/** A turn of a carrier that counts. */
const counted = (number: number, input: string | null): Turn =>
  turn({ event: number === 1 ? 'start' : 'input', input, number })
const typed = (input: string): Turn => turn({ event: 'input', input })

let tokens = 0
const screen = (text: string, ends = false): Answer => ({ kind: 'screen', text, ends })
const answered = (state: SessionState, asked: Turn, answer: Answer | null, at = T0) =>
  answerTurn(state, { token: `t${tokens++}`, turn: asked, answer, fallback: 'sorry', screenLength: 182, ms: 1, at })
/** The session after each of these turns was asked and answered. */
const walked = (state: SessionState, ...steps: readonly (readonly [Turn, Answer | null])[]): SessionState =>
  steps.reduce((now, [asked, answer]) => answered(now, asked, answer).state, state)
const inputsOf = (state: SessionState, asked: Turn) => {
  const decision = decideTurn(state, asked)
  return decision.kind === 'ask' ? decision.inputs : decision.kind
}

describe('what a turn asks for', () => {
  test('a new one is asked, with all that led to it, whatever the carrier tells of it', () => {
    const state = walked(fresh(), [turn(), screen('a')], [typed('1'), screen('b')])
    expect(decideTurn(state, typed('2'))).toEqual({ kind: 'ask', number: 3, inputs: ['1', '2'] })
    const other = walked(fresh(), [accumulated(), screen('a')], [accumulated('1'), screen('b')])
    expect(decideTurn(other, accumulated('1', '2'))).toEqual({ kind: 'ask', number: 3, inputs: ['1', '2'] })
  })

  test('the first one may hold inputs: a longer code was dialled, or we were away', () => {
    expect(decideTurn(fresh(), accumulated('5', '6'))).toEqual({ kind: 'ask', number: 1, inputs: ['5', '6'] })
  })

  test('a turn that was missed is made up for by the accumulated inputs', () => {
    const state = walked(fresh(), [accumulated(), screen('a')])
    expect(inputsOf(state, accumulated('1', '2', '3'))).toEqual(['1', '2', '3'])
  })

  test.each([
    ['accumulated inputs', accumulated('1'), accumulated('1', '2'), accumulated('1')],
    ['a number', counted(2, '1'), counted(3, '2'), counted(2, '1')],
  ])('a repeat, known by %s, shows what it showed', (_, first, second, repeat) => {
    const state = walked(fresh(), [first, screen('one')], [second, screen('two', true)])
    expect(decideTurn(state, repeat)).toEqual({ kind: 'show', screen: { text: 'one', ends: false } })
    expect(decideTurn(state, second)).toEqual({ kind: 'show', screen: { text: 'two', ends: true } })
  })

  test('the same input again is a new turn where the carrier counts nothing', () => {
    const state = walked(fresh(), [turn(), screen('a')], [typed('1'), screen('b')])
    expect(decideTurn(state, typed('1'))).toMatchObject({ kind: 'ask', number: 3 })
  })

  test('a turn that the session is past shows the present screen', () => {
    const byInputs = walked(fresh(), [accumulated('1', '2'), screen('now')])
    expect(decideTurn(byInputs, accumulated('1'))).toMatchObject({ kind: 'show', screen: { text: 'now' } })
    const byNumber = walked(fresh(), [counted(1, null), screen('a')], [counted(3, '2'), screen('now')])
    expect(decideTurn(byNumber, counted(2, '1'))).toMatchObject({ kind: 'show', screen: { text: 'now' } })
  })

  test('an ended session has nothing more to show', () => {
    expect(decideTurn(walked(fresh(), [turn(), screen('bye', true)]), typed('1'))).toEqual({ kind: 'over' })
    expect(decideTurn(endSession(fresh(), 'person', T0), turn())).toEqual({ kind: 'over' })
  })

  test('a session that does not end by itself is full at 100 turns', () => {
    let state = walked(fresh(), [turn(), screen('a')])
    while (decideTurn(state, typed('1')).kind === 'ask') state = walked(state, [typed('1'), screen('again')])
    expect([state.turns.length, decideTurn(state, typed('1')).kind]).toEqual([100, 'full'])
  })

  test.each([
    ['letters', 'x'],
    ['Persian', 'ش'],
    ['control characters, six bytes each in JSON', '\u0001'],
  ])('a session of long inputs of %s is full while it still fits a queue message', (_, letter) => {
    let state = walked(fresh(), [turn(), screen('a')])
    const input = typed(letter.repeat(1_000))
    while (decideTurn(state, input).kind === 'ask') state = walked(state, [input, screen('ش'.repeat(80))])
    state = walked(state, [input, null])
    expect(state.turns.length).toBeGreaterThan(5)
    expect(new TextEncoder().encode(JSON.stringify(sessionRecordOf(state))).length).toBeLessThan(100_000)
  })

  test('the same turn is known while it is under way, also where the carrier counts nothing', () => {
    expect(isSameTurn(typed('1'), typed('1'))).toBe(true)
    expect(isSameTurn(typed('1'), typed('2'))).toBe(false)
    expect(isSameTurn(turn(), typed('1'))).toBe(false)
    expect(isSameTurn(counted(2, '1'), counted(3, '1'))).toBe(false)
  })
})

describe('what is shown', () => {
  test('no answer, an empty one, and a back or resume from nowhere are the fallback, which ends the session', () => {
    for (const answer of [null, screen(' \u0007 '), { kind: 'back' }, { kind: 'resume' }] as const) {
      const { state, screen: shown } = answered(fresh(), turn(), answer, T0 + 5)
      expect(shown).toEqual({ text: 'sorry', ends: true })
      expect(state).toMatchObject({ reason: 'fallback', updatedAt: T0 + 5, turns: [{ by: 'fallback' }] })
    }
  })

  test('back is the screen before, once a step, and never before the first', () => {
    let state = walked(fresh(), [turn(), screen('a')], [typed('1'), screen('b')], [typed('2'), screen('c')])
    for (const expected of ['b', 'a', 'a']) {
      const next = answered(state, typed('0'), { kind: 'back' })
      expect(next.screen).toEqual({ text: expected, ends: false })
      state = next.state
    }
    expect(inputsOf(state, typed('7'))).toEqual(['7'])
  })

  test('after a step back the accumulated inputs count on, and what was taken back is gone from the way', () => {
    const state = walked(
      fresh(),
      [accumulated(), screen('a')],
      [accumulated('1'), screen('b')],
      [accumulated('1', '0'), { kind: 'back' }],
    )
    expect(inputsOf(state, accumulated('1', '0', '2'))).toEqual(['2'])
  })

  test('a resume shows the screen where the other session stopped and goes on from its inputs', () => {
    const resumes = { id: 'ses_old' as SessionId, inputs: ['1', '2'], screen: 'there' }
    const { state, screen: shown } = answered(fresh({ resumes }), turn(), { kind: 'resume' })
    expect(shown).toEqual({ text: 'there', ends: false })
    expect(inputsOf(state, typed('3'))).toEqual(['1', '2', '3'])
    expect(answered(state, typed('3'), { kind: 'resume' }).screen).toEqual({ text: 'sorry', ends: true })
    expect(stopOf(sessionRecordOf(state).turns)).toEqual({ inputs: ['1', '2'], screen: 'there' })
  })

  test('a session that broke off stopped at its last screen of the application, with the steps back taken', () => {
    const state = walked(
      fresh(),
      [turn(), screen('a')],
      [typed('1'), screen('b')],
      [typed('2'), screen('c')],
      [typed('0'), { kind: 'back' }],
      [typed('5'), null],
    )
    expect(stopOf(sessionRecordOf(state).turns)).toEqual({ inputs: ['1'], screen: 'b' })
    expect(stopOf(sessionRecordOf(walked(fresh(), [turn(), null])).turns)).toBeNull()
  })

  test('a turn that brought several inputs is written down and gone on from with all of them', () => {
    const state = walked(fresh(), [accumulated('1', '2'), screen('a')], [accumulated('1', '2', '3'), screen('b')])
    const { turns } = sessionRecordOf(state)
    expect(turns).toMatchObject([{ input: '2', typed: ['1', '2'] }, { input: '3' }])
    expect(turns[1]).not.toHaveProperty('typed')
    expect(stopOf(turns)).toEqual({ inputs: ['1', '2', '3'], screen: 'b' })
  })

  test('a call that is told of twice has one screen', () => {
    const { state } = answerTurn(fresh(), {
      token: 'mine',
      turn: turn(),
      answer: screen('a'),
      fallback: 'sorry',
      screenLength: 182,
      ms: 1,
      at: T0,
    })
    expect(screenOfCall(state, 'mine')).toEqual({ text: 'a', ends: false })
    expect(screenOfCall(state, 'other')).toBeNull()
  })
})

describe('the life of a session', () => {
  const one = walked(fresh(), [turn(), screen('a')])

  test('turns are written down together, three seconds after the first that is not', () => {
    expect(nextWake(one, T0)).toBe(T0 + 3 * SECOND)
    const two = walked(one, [{ ...typed('1'), at: T0 + SECOND }, screen('b')])
    expect(nextWake(two, T0 + SECOND)).toBe(T0 + 3 * SECOND)
    expect(nextWake(two, T0 + 9 * SECOND)).toBe(T0 + 9 * SECOND)
  })

  test('what the queue took while another turn came is not all of it', () => {
    const two = walked(one, [{ ...typed('1'), at: T0 + SECOND }, screen('b')])
    expect(isUnwritten(markWritten(two, one))).toBe(true)
    expect(nextWake(markWritten(two, one), T0 + SECOND)).toBe(T0 + 4 * SECOND)
    expect(isUnwritten(markWritten(two, two))).toBe(false)
  })

  test('silence ends it after the time of the connection, and it is written down and forgotten at once', () => {
    const quiet = markWritten(one, one)
    expect(nextWake(quiet, T0)).toBe(T0 + OPENING.sessionMs)
    expect(isExpired(quiet, T0 + OPENING.sessionMs - 1)).toBe(false)
    expect(isExpired(quiet, T0 + OPENING.sessionMs)).toBe(true)
    const late = T0 + OPENING.sessionMs
    const over = endSession(quiet, 'timeout', late)
    expect([isUnwritten(over), nextWake(over, late)]).toEqual([true, late])
    expect(nextWake(markWritten(over, over), late)).toBeNull()
  })

  test('an end by a screen is written down at once, and kept for a minute: its screen may be asked for again', () => {
    const over = walked(one, [typed('9'), screen('bye', true)])
    expect(nextWake(over, T0)).toBe(T0)
    expect(nextWake(markWritten(over, over), T0)).toBe(T0 + 60 * SECOND)
    expect(nextWake(markWritten(over, over), T0 + 60 * SECOND)).toBeNull()
  })

  test('the first end is the end', () => {
    const over = endSession(one, 'person', T0 + 1)
    expect(endSession(over, 'timeout', T0 + 2)).toBe(over)
  })

  test('a record holds what was typed and shown, and nothing of how it was known', () => {
    expect(sessionRecordOf(one)).toEqual({
      id: 'ses_x',
      channel: 'ussd',
      connectionId: 'con_x',
      sessionRef: 'ref',
      party: '+989121234567',
      line: '*384*1#',
      reason: null,
      startedAt: T0,
      updatedAt: T0,
      turns: [{ at: T0, input: null, screen: 'a', by: 'application', ms: 1 }],
    })
  })
})
