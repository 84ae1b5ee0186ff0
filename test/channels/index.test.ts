import { describe, expect, it } from 'vitest'
import { channels } from '#worker/channels/index.ts'
import { CHANNELS, channelNamed } from '#worker/domain/carriers/channel.ts'

describe('channels', () => {
  it('holds every channel of the list under its own name, and nothing else', () => {
    expect(Object.keys(channels).sort()).toEqual([...CHANNELS].sort())
    for (const name of CHANNELS) expect(channels[name].name).toBe(name)
  })

  it('finds nothing under names that every object has', () => {
    for (const name of ['constructor', '__proto__', 'toString', 'fax', ''])
      expect(() => channelNamed(channels, name)).toThrow('not-found')
    expect(channelNamed(channels, 'sms')).toBe(channels.sms)
  })
})
