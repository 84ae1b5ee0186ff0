import { useSearch } from '@tanstack/react-router'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useAct } from '../../app/act.tsx'
import { keepDraft, useDraft } from '../../app/draft.ts'
import { useTenantTab } from '../../app/tab.tsx'
import { useRegion } from '../../app/tenant/region.ts'
import { Button } from '../../parts/button.tsx'
import { Confirm } from '../../parts/dialog.tsx'
import { Note } from '../../parts/feedback.tsx'
import { Card, Facts, Page } from '../../parts/page.tsx'
import { Ltr } from '../../parts/text.tsx'
import { channelName } from '../../words/common.ts'
import { num } from '../../words/format.ts'
import '../../styles/compose.css'
import { ContentFields } from './content-fields.tsx'
import { CHANNELS, contentOf, type Draft, EMPTY, hasContent, sharedOf } from './draft.ts'
import { HowFields } from './how-fields.tsx'
import { SendOutcome } from './outcome.tsx'
import { Preview, usePreview } from './preview.tsx'
import { Recipients } from './recipients.tsx'
import { begun, ended } from './run-store.ts'
import { NOTHING, type Outcome, type Run, sendRest } from './sending.ts'
import { type ChosenFile, type Everybody, useFile, useRecipients } from './sheet.ts'
import { TestSend } from './test-send.tsx'
import { namesIn } from './text/placeholders.ts'
import { t } from './words.ts'

interface FormProps {
  readonly draft: Draft
  readonly set: (changed: Partial<Draft>) => void
  readonly file: ChosenFile
  readonly onRun: (run: Run) => void
}

/** Says which names of the text nothing fills. */
const UnknownNames = ({ everybody }: { everybody: Everybody }) =>
  everybody.unknown.length > 0 ? (
    <Note tone="bad">
      <span>
        {everybody.hasColumns ? t.unknownNames : t.needsFile}{' '}
        {everybody.unknown.map((name) => (
          <bdi key={name} className="code">{`{{${name}}} `}</bdi>
        ))}
      </span>
    </Note>
  ) : null

/** Puts the name of a column into the text. */
const ColumnButtons = ({ columns, onName }: { columns: readonly string[]; onName: (name: string) => void }) => (
  <div className="row">
    <span className="help">{t.insert}:</span>
    {columns.slice(0, 12).map((name) => (
      <button type="button" key={name} className="chip" onClick={() => onName(name)}>
        <bdi>{`{{${name}}}`}</bdi>
      </button>
    ))}
  </div>
)

/** The form: what, to whom, how; and beside it what it will be. */
function Form({ draft, set, file, onRun }: FormProps) {
  const { mode } = useTenantTab()
  const region = useRegion()
  const content = contentOf(draft)
  const names = namesIn(content)
  const everybody = useRecipients(file, { ...draft, region, names })
  const { recipients } = everybody.checked
  const asked = { draft, content, names, recipients }
  const preview = usePreview(asked)
  const [isAsking, setAsking] = useState(false)
  const run = (): Run => ({
    key: crypto.randomUUID(),
    shared: sharedOf(draft, Date.now()),
    content,
    isFilled: names.length > 0,
    recipients,
  })
  const isReady = hasContent(draft) && recipients.length > 0 && everybody.unknown.length === 0
  return (
    <div className="compose">
      <div className="stack">
        <Card title={t.how}>
          <HowFields draft={draft} set={set} />
        </Card>
        <Card title={t.content}>
          <ContentFields draft={draft} set={set} />
          {everybody.hasColumns ? (
            <ColumnButtons columns={everybody.columns} onName={(name) => set({ text: `${draft.text}{{${name}}}` })} />
          ) : null}
          <UnknownNames everybody={everybody} />
        </Card>
        <Card title={t.to}>
          <Recipients draft={draft} set={set} file={file} everybody={everybody} />
        </Card>
      </div>
      <aside className="stack compose-side">
        <Card title={t.preview}>
          <Preview asked={asked} preview={preview} />
          <Facts of={[[t.recipients, <strong key="count">{num(recipients.length)}</strong>]]} />
          <Button weight="primary" isDisabled={!isReady || preview.isRefused} onPress={() => setAsking(true)}>
            {recipients.length > 0 ? t.send(recipients.length) : t.sendNone}
          </Button>
        </Card>
        {hasContent(draft) && (names.length === 0 || (isReady && everybody.unknown.length === 0)) ? (
          <Card title={t.test}>
            <TestSend key={draft.channel} channel={draft.channel} run={run} isRefused={preview.isFirstRefused} />
          </Card>
        ) : null}
      </aside>
      <Confirm
        title={t.confirmTitle}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        action={t.send(recipients.length)}
        weight={mode === 'live' ? 'danger' : 'primary'}
        onConfirm={() => onRun(run())}
      >
        <div className="stack">
          <Note tone={mode === 'live' ? 'warn' : 'open'}>{mode === 'live' ? t.confirmLive : t.confirmTest}</Note>
          <Facts
            of={[
              [t.channel, channelName(draft.channel)],
              [t.goesFrom, preview.query.data ? <Ltr key="from">{preview.query.data.from}</Ltr> : undefined],
              [t.recipients, num(recipients.length)],
              [t.unitsAll, preview.units > 0 ? num(preview.units) : undefined],
              [t.badRows, everybody.checked.bad.length > 0 ? num(everybody.checked.bad.length) : undefined],
            ]}
          />
          {mode === 'live' ? <p className="help">{t.confirmPrice}</p> : null}
        </div>
      </Confirm>
    </div>
  )
}

/** A send on its way: it is begun at once, and goes on from where it stopped. */
function Sending({ run, onSent, onOver }: { run: Run; onSent: () => void; onOver: () => void }) {
  const { api, key } = useTenantTab()
  const place = `chapar.run.${key}`
  const [outcome, setOutcome] = useState<Outcome>(NOTHING)
  const isBegun = useRef(false)
  const send = useAct(async () => sendRest(api, await begun(place, run), { outcome, onOutcome: setOutcome }), {
    changes: [
      [key, 'messages'],
      [key, 'batches'],
    ],
    onDone: () => {
      ended(place)
      onSent()
    },
  })
  const { mutate } = send
  useEffect(() => {
    if (isBegun.current) return
    isBegun.current = true
    mutate()
  }, [mutate])
  return (
    <SendOutcome
      run={run}
      outcome={outcome}
      isPending={!send.isError && !send.isSuccess}
      error={send.error}
      onGoOn={() => mutate()}
      onLeave={() => {
        ended(place)
        onOver()
      }}
    />
  )
}

/** Writes one message or thousands, and sends them. */
export default function ComposePage() {
  const { can, key, mode } = useTenantTab()
  const asked = useSearch({ from: '/t/$tenantId/$mode/compose' })
  const given = useMemo(() => {
    const channel = CHANNELS.find((one) => one === asked.channel)
    return { ...(channel ? { channel } : {}), ...(asked.to ? { list: asked.to } : {}) }
  }, [asked])
  const place = `chapar.compose.${key}`
  const draft = useDraft<Draft>(place, EMPTY)
  const file = useFile()
  const [run, setRun] = useState<Run | null>(null)
  const [isTaken, setTaken] = useState(false)
  if (!isTaken) {
    setTaken(true)
    if (Object.keys(given).length > 0) draft.set(given)
  }
  if (!can('messages:send')) return <Page title={t.title}>{<Note>{t.noSend}</Note>}</Page>
  // What was sent is no draft any more, also where somebody went to another page before it was.
  const sent = (): void => {
    const { channel, from, purpose } = draft.values
    const next = { ...EMPTY, channel, from, purpose }
    draft.set(next)
    keepDraft(place, next)
    file.drop()
  }
  return (
    <Page title={t.title} about={t.about}>
      {run ? (
        <Sending key={run.key} run={run} onSent={sent} onOver={() => setRun(null)} />
      ) : (
        <Form key={mode} draft={draft.values} set={draft.set} file={file} onRun={setRun} />
      )}
    </Page>
  )
}
