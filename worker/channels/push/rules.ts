import type { ChannelRules } from '#worker/domain/carriers/channel.ts'
import type { Need } from '#worker/domain/carriers/features.ts'
import { pushNetworkOf } from '#worker/domain/device.ts'
import { invalidField, Problem } from '#worker/domain/problem.ts'
import { fieldErrors } from '#worker/lib/json/input.ts'
import { type PushContent, type PushNotification, pushContent } from './content.ts'
import { oversize } from './payload.ts'

const APP = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/

/** True of what a person's device sends. */
export const isReply = (content: PushContent): content is Extract<PushContent, { text: string }> => 'text' in content

function needsOf(content: PushContent, to: string): readonly Need[] {
  const needs: Need[] = ['outbound', `to:${pushNetworkOf(to) ?? 'nobody'}`]
  if (isReply(content)) return needs
  if (content.topic !== undefined) needs.push('topic')
  if (content.actions !== undefined) needs.push('buttons')
  return needs
}

function parse(body: unknown): PushNotification {
  const parsed = pushContent.safeParse(body)
  if (!parsed.success) throw new Problem('invalid-fields', { errors: fieldErrors(parsed.error) })
  const over = oversize(parsed.data)
  if (over > 0) throw invalidField('', `too large: push services take 4,096 bytes, and this is ${over} bytes over`)
  return parsed.data
}

/** Rules of push: all that accepting a notification takes, without the providers. */
export const pushRules: ChannelRules<PushContent> = {
  name: 'push',
  parse,
  address(input) {
    if (pushNetworkOf(input) !== null) return { kind: 'device', value: input }
    throw invalidField('', 'must be the id of a device (`dev_…`), as `POST /v1/devices` gave it')
  },
  sender(input) {
    if (APP.test(input)) return { kind: 'app', value: input }
    throw invalidField('', 'must be an application’s name: letters, digits, dots, dashes, at most 100')
  },
  measure: () => ({ units: 1, encoding: 'push', parts: [1] }),
  // No footer: a person opts out by switching the notifications off.
  withFooter: (content) => content,
  join: (parts) => parts[0] as PushContent,
  needs: needsOf,
  registry: 'devices',
  reply: (text) => ({ text }),
  contentSchema: pushContent,
}
