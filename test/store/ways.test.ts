import { DatabaseSync } from 'node:sqlite'
import { expect, test } from 'vitest'
import { CHANNELS } from '#worker/domain/channel-names.ts'
import { PURPOSES } from '#worker/domain/messages/message.ts'
import { kindNumber } from '#worker/store/codes/codes.ts'
import { WAY_SQL, wayOf } from '#worker/store/statistics/ways.ts'

test('statistics tell direction and channel of every kind of message', () => {
  const statement = new DatabaseSync(':memory:').prepare(`SELECT ${WAY_SQL} AS way FROM (SELECT ? AS kind)`)
  for (const channel of CHANNELS)
    for (const direction of ['outbound', 'inbound'] as const)
      for (const purpose of PURPOSES) {
        const kind = kindNumber({ direction, batched: true, purpose, channel, encoding: 'ucs-2' })
        expect(wayOf(Number(statement.get(kind)?.['way']))).toEqual({ direction, channel })
      }
})
