import type { Attempt, Ports } from '#worker/domain/carriers/provider.ts'
import { languageOf, scriptOf, type VoiceScript, voiceContent } from './content.ts'

/** Part of a call that is heard. The two carriers that ask for the script write it in different elements. */
export type Heard =
  | { readonly kind: 'say'; readonly text: string; readonly language: string }
  | { readonly kind: 'play'; readonly url: string }

export interface CallScript {
  /** Parts in the order of the call, a repeated one as often as it is heard. */
  readonly heard: readonly Heard[]
  /** Last part, where keys are awaited. */
  readonly prompt: Heard | null
  readonly gather: VoiceScript['gather'] | null
}

/** Writes a code so that speech synthesis reads its digits one by one, with a pause behind each. */
export const spelled = (code: string, language: string): string =>
  [...code].join(language.startsWith('fa') || language.startsWith('ar') ? '، ' : ', ')

async function once(script: VoiceScript, language: string, ports: Pick<Ports, 'fileUrl'>): Promise<Heard> {
  const { say, play, digits } = script
  if (say) return { kind: 'say', text: say.text, language }
  if (digits) return { kind: 'say', text: spelled(digits.code, language), language }
  if (play?.media !== undefined) return { kind: 'play', url: await ports.fileUrl(play.media as `med_${string}`) }
  if (play?.url !== undefined) return { kind: 'play', url: play.url }
  throw new TypeError('a call has nothing to say')
}

/** Gives the language of a call: its content names it since it was accepted, but for the prompt of a file. */
function spokenIn(script: VoiceScript): string {
  const { say, digits } = script
  const named = say?.language ?? digits?.language
  return named ?? (say || digits ? 'fa-IR' : (languageOf(script) ?? ''))
}

/** Makes the script of a call that was answered. */
export async function callScript(script: VoiceScript, ports: Pick<Ports, 'fileUrl'>): Promise<CallScript> {
  const language = spokenIn(script)
  const heard = await once(script, language, ports)
  const { say, play, digits, gather } = script
  const repeat = say?.repeat ?? play?.repeat ?? digits?.repeat ?? 1
  return {
    heard: Array.from({ length: repeat }, () => heard),
    prompt: gather?.prompt === undefined ? null : { kind: 'say', text: gather.prompt, language },
    gather: gather ?? null,
  }
}

/** Gives the script of an attempt as it is kept; null: there is no such call. */
export function scriptOfAttempt(attempt: Attempt | null): VoiceScript | null {
  const content = voiceContent.safeParse(attempt?.content)
  return content.success ? scriptOf(content.data) : null
}

/** Gives a callback URL for one step of a call. */
export function stepUrl(callbackUrl: string, step: 'script' | 'status' | 'keys' | 'recorded'): string {
  const url = new URL(callbackUrl)
  url.searchParams.set('step', step)
  return url.href
}
