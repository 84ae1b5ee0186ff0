import { useQueryClient } from '@tanstack/react-query'
import { type FormEvent, useRef, useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useAct } from '../../app/act.tsx'
import { useDraft } from '../../app/draft.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Button } from '../../parts/button.tsx'
import { TextField } from '../../parts/field.tsx'
import { SelectField } from '../../parts/select-field.tsx'
import { Ltr } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { channelName } from '../../words/common.ts'
import { answerContent, type Person, type Way } from './conversations.ts'
import { t } from './words.ts'

/** Milliseconds after which a message that was taken is surely listed. */
const TAKEN_MS = 1_500

/** Answers a person by the channel and the sender that he wrote to. What the API refuses it says. */
export function Reply({ person, ways }: { person: Person; ways: readonly Way[] }) {
  const { api, key } = useTenantTab()
  const queries = useQueryClient()
  const draft = useDraft(`chapar.reply.${key}`, { to: '', text: '' })
  const text = draft.values.to === person.address ? draft.values.text : ''
  const [chosen, setChosen] = useState(0)
  const once = useRef(crypto.randomUUID())
  const way = ways[chosen] ?? ways[0]
  const send = useAct(
    (by: Way) => {
      const { channel, from } = by
      // The cast: an answer's content is that of the channel which it names.
      const body = {
        channel,
        to: person.address,
        content: answerContent(by, text.trim()),
        ...(from ? { from } : {}),
      } as unknown as components['schemas']['MessageInput']
      return unwrap(api.POST('/v1/messages', { body, params: { header: { 'Idempotency-Key': `"${once.current}"` } } }))
    },
    {
      changes: [[key, 'inbox', 'thread']],
      onDone: () => {
        once.current = crypto.randomUUID()
        draft.set({ to: person.address, text: '' })
        // The list has a message a moment after it was taken.
        setTimeout(() => void queries.invalidateQueries({ queryKey: [key, 'inbox', 'thread'] }), TAKEN_MS)
      },
    },
  )
  if (!way) return <p className="faint">{t.noWay}</p>
  const write = (next: string): void => {
    once.current = crypto.randomUUID()
    draft.set({ to: person.address, text: next })
  }
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    if (text.trim()) send.mutate(way)
  }
  return (
    <form className="reply" onSubmit={submit}>
      <TextField label={t.reply} value={text} onChange={write} lines={2} />
      <div className="row">
        {ways.length > 1 ? (
          <SelectField
            label={t.replyBy}
            value={String(ways.indexOf(way))}
            onChange={(at) => {
              once.current = crypto.randomUUID()
              setChosen(Number(at))
            }}
            options={ways.map(({ channel, from }, at) => ({
              id: String(at),
              name: t.replyWith(channelName(channel), `\u2066${from ?? ''}\u2069`),
            }))}
          />
        ) : (
          <span className="faint">
            {channelName(way.channel)} <Ltr>{way.from}</Ltr>
          </span>
        )}
        <Button type="submit" weight="primary" isPending={send.isPending} isDisabled={text.trim() === ''}>
          {t.send}
        </Button>
      </div>
      <Trouble error={send.error} />
    </form>
  )
}
