import { expect, test } from 'vitest'
import { cleanScreen } from '#worker/domain/sessions/screen.ts'
import { readAnswer } from '#worker/flows/sessions/converse-answer.ts'

test.each([
  ['CON Welcome\n1. Go', { kind: 'screen', text: 'Welcome\n1. Go', ends: false }],
  ['END Bye', { kind: 'screen', text: 'Bye', ends: true }],
  ['\ufeffEND Bye', { kind: 'screen', text: 'Bye', ends: true }],
  ['CON\n1. Balance', { kind: 'screen', text: '1. Balance', ends: false }],
  ['CON\r\n1. Balance\r\n2. Pay', { kind: 'screen', text: '1. Balance\r\n2. Pay', ends: false }],
  ['CON\r1. Balance', { kind: 'screen', text: '1. Balance', ends: false }],
  ['CON\t1. Balance', { kind: 'screen', text: '1. Balance', ends: false }],
  ['CON\u00a0سلام', { kind: 'screen', text: 'سلام', ends: false }],
  ['CON  two', { kind: 'screen', text: 'two', ends: false }],
  ['CON1. Balance', { kind: 'screen', text: '1. Balance', ends: false }],
  ['CONWelcome', { kind: 'screen', text: 'Welcome', ends: false }],
  ['CONسلام', { kind: 'screen', text: 'سلام', ends: false }],
  ['CON: Hello', { kind: 'screen', text: ': Hello', ends: false }],
  ['\r\n \ufeff CON Hello', { kind: 'screen', text: 'Hello', ends: false }],
  ['END\r\nBye', { kind: 'screen', text: 'Bye', ends: true }],
  ['END', { kind: 'screen', text: '', ends: true }],
  ['CON END of it', { kind: 'screen', text: 'END of it', ends: false }],
  ['"CON Hello"', { kind: 'screen', text: 'Hello', ends: false }],
  ['"END\\nBye"', { kind: 'screen', text: 'Bye', ends: true }],
  ['{"text":"Hello"}', { kind: 'screen', text: 'Hello', ends: false }],
  ['{"text":"Hello","ends":true}', { kind: 'screen', text: 'Hello', ends: true }],
  ['{"text":"CON x"}', { kind: 'screen', text: 'CON x', ends: false }],
  ['{"back":true}', { kind: 'back' }],
  ['{"resume":true}', { kind: 'resume' }],
])('%j is an answer', (body, expected) => {
  const answer = readAnswer(200, body)
  const text = typeof answer === 'object' && answer.kind === 'screen' ? { text: cleanScreen(answer.text) } : {}
  // What stands behind the word is cleaned where the screen is made: only lines in the middle are the application's.
  const wanted = 'text' in expected ? { ...expected, text: cleanScreen(expected.text) } : expected
  expect(typeof answer === 'object' ? { ...answer, ...text } : answer).toEqual(wanted)
})

test.each([
  '',
  'Hello',
  'CONTINUE',
  'con Hello',
  'Con Hello',
  'end of file',
  'CONTACT us',
  'CONtact us',
  'ENDED',
  'Hello CON',
  '"Hello"',
  '"\\"\\""',
  '<html>CON x</html>',
  '{"text":""}',
  '{"text":5}',
  '{"text":"x","ends":"yes"}',
  '{"text":"x","more":1}',
  '{"back":false}',
  '{"text":"x","back":true}',
  '["CON x"]',
  'null',
  '{"text":"x"',
  '['.repeat(50_000),
])('%j is none', (body) => {
  expect(readAnswer(200, body)).toBe('unreadable')
})

test.each([201, 204, 301, 400, 410, 500])('with the status %i nothing is', (status) => {
  expect(readAnswer(status, 'CON Hello')).toBe('status')
})
