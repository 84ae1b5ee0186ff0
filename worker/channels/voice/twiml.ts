import { type XmlElement, xmlDocument } from '#worker/lib/xml.ts'
import type { Answering } from './answering.ts'
import type { CallScript, Heard } from './call-script.ts'

const element = (heard: Heard): XmlElement =>
  heard.kind === 'say'
    ? { name: 'Say', attributes: { language: heard.language }, children: heard.text }
    : { name: 'Play', children: heard.url }

/** Writes TwiML: https://www.twilio.com/docs/voice/twiml */
export const twiml = (children: readonly XmlElement[]): string => xmlDocument({ name: 'Response', children })

/** Answers with TwiML. */
export const twimlAnswer = (children: readonly XmlElement[]): Response =>
  new Response(twiml(children), { headers: { 'content-type': 'text/xml; charset=utf-8' } })

/** Writes a call's script. All of it stands inside `Gather`, so that a key interrupts it. */
export function scriptTwiml({ heard, prompt, gather }: CallScript, keysUrl: string): readonly XmlElement[] {
  const spoken = [...heard, ...(prompt ? [prompt] : [])].map(element)
  if (!gather) return spoken
  const attributes = {
    input: 'dtmf',
    action: keysUrl,
    method: 'POST',
    numDigits: gather.digits,
    timeout: gather.timeoutSeconds,
    finishOnKey: gather.finishOnKey,
  }
  return [{ name: 'Gather', attributes, children: spoken }]
}

/** Answer to calls, with the language that its greeting is read in. */
export interface SpokenAnswering extends Answering {
  readonly language: string
}

/** Writes what a caller hears: the greeting, then a tone to speak after; or `Reject`, where calls are not taken. */
export const greetingTwiml = (
  { greeting, language, seconds }: SpokenAnswering,
  recordedUrl: string,
): readonly XmlElement[] =>
  greeting === ''
    ? [{ name: 'Reject' }]
    : [
        { name: 'Say', attributes: { language }, children: greeting },
        {
          name: 'Record',
          attributes: {
            action: recordedUrl,
            method: 'POST',
            maxLength: seconds,
            timeout: 5,
            finishOnKey: '#',
            playBeep: true,
          },
        },
        { name: 'Hangup' },
      ]

export const HANG_UP: readonly XmlElement[] = [{ name: 'Hangup' }]
