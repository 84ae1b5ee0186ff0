import { afterEach, expect, test, vi } from 'vitest'
import { consoleLog } from '#worker/lib/log.ts'

afterEach(() => vi.restoreAllMocks())

test('a line of the log shows no key, secret or token of ours, wherever somebody put one', () => {
  const lines: string[] = []
  vi.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line))
  const jwt = 'eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl'
  for (const secret of [`chk_live_${jwt}`, `chk_test_${jwt}`, 'chs_live_0123456789abcdefghjk', jwt])
    consoleLog('call.failed', { error: `Error: bad "${secret}" in it`, status: 500 })
  for (const line of lines)
    expect(JSON.parse(line)).toEqual({ fact: 'call.failed', error: 'Error: bad "…" in it', status: 500 })
  expect(lines.length).toBe(4)
})
