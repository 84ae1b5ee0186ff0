import { expect, test } from 'vitest'
import { readAnswer } from '#worker/flows/sessions/converse-answer.ts'

test.each([
  ['CON Welcome\n1. Go', { kind: 'screen', text: 'Welcome\n1. Go', ends: false }],
  ['END Bye', { kind: 'screen', text: 'Bye', ends: true }],
  ['\ufeffEND Bye', { kind: 'screen', text: 'Bye', ends: true }],
  ['{"text":"Hello"}', { kind: 'screen', text: 'Hello', ends: false }],
  ['{"text":"Hello","ends":true}', { kind: 'screen', text: 'Hello', ends: true }],
  ['{"text":"CON x"}', { kind: 'screen', text: 'CON x', ends: false }],
  ['{"back":true}', { kind: 'back' }],
  ['{"resume":true}', { kind: 'resume' }],
])('%j is an answer', (body, expected) => {
  expect(readAnswer(200, body)).toEqual(expected)
})

test.each([
  '',
  'Hello',
  'CONTINUE',
  'con Hello',
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
