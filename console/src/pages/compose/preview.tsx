import { useQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import type { components } from '../../../generated/api.d.ts'
import { Failure, isPassing } from '../../api/problem.ts'
import { unwrap } from '../../api/unwrap.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { Facts } from '../../parts/page.tsx'
import type { Recipient } from '../../parts/recipients/check.ts'
import { Ltr, Words } from '../../parts/text.tsx'
import { Trouble } from '../../parts/trouble.tsx'
import { num } from '../../words/format.ts'
import { type Content, type Draft, hasContent, sharedOf } from './draft.ts'
import { filled } from './text/placeholders.ts'
import { smsParts } from './text/sms-parts.ts'
import { t } from './words.ts'

/** Milliseconds after the last key at which the API is asked. */
const CALM_MS = 600

/** A value as it was when nothing had changed for a while. */
function useCalm<Value>(value: Value): Value {
  const [calm, setCalm] = useState(value)
  useEffect(() => {
    const waiting = setTimeout(() => setCalm(value), CALM_MS)
    return () => clearTimeout(waiting)
  }, [value])
  return calm
}

interface Asked {
  readonly draft: Draft
  readonly content: Content
  readonly names: readonly string[]
  readonly recipients: readonly Recipient[]
}

/** Units of all messages: counted one by one where each has its own text. */
function unitsOf({ draft, content, names, recipients }: Asked, each: number): number {
  if (names.length === 0 || draft.channel !== 'sms') return each * recipients.length
  const own = (values: Recipient['values']): number => {
    const { text } = filled(content, values) as { text?: string }
    return smsParts(text ?? '').parts.length
  }
  // A footer that the rules add stands in the first one's units: every other one has as much more.
  const [first] = recipients
  const added = first ? each - own(first.values) : 0
  return recipients.reduce((sum, { values }) => sum + own(values) + added, 0)
}

/** How the message travels, as the API says: of the first recipient. */
export function usePreview({ draft, content, names, recipients }: Asked) {
  const { api, key } = useTenantTab()
  const [first] = recipients
  const shown = names.length > 0 && first ? filled(content, first.values) : content
  const { channel, from, purpose } = sharedOf(draft, 0)
  const body = useCalm(hasContent(draft) ? JSON.stringify({ channel, from, purpose, content: shown }) : '')
  const query = useQuery({
    queryKey: [key, 'preview', body],
    // The cast: the form makes the content of the channel that it names.
    queryFn: () => unwrap(api.POST('/v1/preview', { body: JSON.parse(body) as components['schemas']['PreviewInput'] })),
    enabled: body !== '' && hasContent(draft),
    placeholderData: (had) => had,
    retry: false,
    staleTime: 60_000,
  })
  const each = query.data?.units ?? 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: ten thousand texts are counted when the typing rests
  const units = useMemo(() => unitsOf({ draft, content, names, recipients }, each), [body, recipients, each])
  const { error } = query
  const isFirstRefused = error instanceof Failure && error.status >= 400 && error.status < 500 && !isPassing(error)
  // What is wrong with the first one's own words is wrong with his message alone.
  const isRefused = isFirstRefused && (names.length === 0 || error.code !== 'invalid-fields')
  return { query, shown, units, isFirstRefused, isRefused }
}

/** Words of a content, as a person would see them. */
function Bubble({ content }: { content: Content }) {
  const { subject, title, text, body, say, digits, buttons, actions } = content as {
    readonly [name: string]: unknown
    readonly say?: { readonly text: string }
    readonly digits?: { readonly code: string }
    readonly buttons?: readonly (readonly { readonly label: string }[])[]
    readonly actions?: readonly { readonly title: string }[]
  }
  const head = subject ?? title
  const words = text ?? body ?? say?.text ?? digits?.code
  const labels = [
    ...(buttons ?? []).flat().map(({ label }) => label),
    ...(actions ?? []).map(({ title: name }) => name),
  ]
  return (
    <div className="preview-bubble">
      {typeof head === 'string' && head ? (
        <strong>
          <Words>{head}</Words>
        </strong>
      ) : null}
      {typeof words === 'string' ? <Words className="preview-words">{words}</Words> : null}
      {labels.map((label) => (
        <span key={label} className="preview-button">
          <Words>{label}</Words>
        </span>
      ))}
    </div>
  )
}

/** The message as its first recipient gets it, with what it takes. */
export function Preview({ asked, preview }: { asked: Asked; preview: ReturnType<typeof usePreview> }) {
  const { query, shown, units } = preview
  const { draft, recipients } = asked
  if (!hasContent(draft)) return <p className="faint">{t.previewNeeds}</p>
  const { data } = query
  // The API's own words have the footer that the rules add.
  const said = data && !query.isPlaceholderData ? (data.content as Content) : shown
  return (
    <div className="stack">
      {recipients[0] ? (
        <p className="help">
          {t.previewFor}: <Ltr>{recipients[0].to}</Ltr>
        </p>
      ) : null}
      <Bubble content={said} />
      {data ? (
        <Facts
          of={[
            [t.goesFrom, <Ltr key="from">{data.from}</Ltr>],
            [t.purpose, t.purposes[data.purpose]],
            [t.unitsEach, num(data.units)],
            [t.unitsAll, recipients.length > 0 ? <strong key="all">{num(units)}</strong> : undefined],
          ]}
        />
      ) : null}
      <Trouble error={query.error} />
    </div>
  )
}
