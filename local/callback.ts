import type { ChannelName } from '#worker/domain/carriers/channel.ts'
import type { SandboxCallback } from '#worker/vendors/sandbox.ts'
import { type Demo, type DemoChannel, Refusal } from './state.ts'

/** The demo's sandbox connection of a channel. */
export function demoChannel(demo: Demo, channel: ChannelName): DemoChannel {
  const found = demo.channels?.[channel]
  if (!found) throw new Refusal(`The demo tenant has no ${channel} yet: stop \`npm start\` and start it again.`)
  return found
}

/** Posts a callback as the sandbox carrier does; the gateway's answer. */
export async function postCallback(demo: Demo, channel: ChannelName, body: SandboxCallback): Promise<Response> {
  const { connectionId, callbackSecret } = demoChannel(demo, channel)
  const url = `${demo.baseUrl}/callbacks/${channel}/sandbox/${connectionId}/${callbackSecret}`
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
  const response = await fetch(url, init).catch(() => null)
  if (!response) throw new Refusal(`Nothing answers at ${demo.baseUrl}: run \`npm start\` first, in another terminal.`)
  if (!response.ok) throw new Refusal(`The gateway refused the callback: ${response.status}.`)
  return response
}
