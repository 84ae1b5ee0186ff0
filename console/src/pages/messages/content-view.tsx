import type { ReactNode } from 'react'
import { FileOf } from '../../app/media/file.tsx'
import { MailFrame } from '../../parts/mail/frame.tsx'
import { Facts } from '../../parts/page.tsx'
import { Code, Ltr, Words } from '../../parts/text.tsx'
import { t as common } from '../../words/common.ts'
import { num, took } from '../../words/format.ts'
import { type Content, partOf, partsOf, textOf } from './content-words.ts'
import type { Message } from './fresh.ts'
import { t } from './message-words.ts'

const Said = ({ children }: { children: string | null }) =>
  children === null ? null : (
    <p className="said" dir="auto">
      {children}
    </p>
  )

const numberOf = (content: Content | null, name: string): number | undefined => {
  const value = content?.[name]
  return typeof value === 'number' ? value : undefined
}

/** A file of a content: one of ours by its id, one elsewhere by its address. */
function FilePart({ file }: { file: Content }) {
  const id = textOf(file, 'id') ?? textOf(file, 'media')
  const url = textOf(file, 'url')
  const name = textOf(file, 'name') ?? undefined
  if (id) return <FileOf id={id} name={name} type={textOf(file, 'type') ?? undefined} bytes={numberOf(file, 'bytes')} />
  if (url) return <Code>{url}</Code>
  return <Words>{name ?? t.fileName}</Words>
}

const Files = ({ files }: { files: readonly Content[] }) => (
  <>
    {files.map((file, n) => (
      // biome-ignore lint/suspicious/noArrayIndexKey: a content never changes
      <FilePart key={n} file={file} />
    ))}
  </>
)

/** Words of a mail: its text, or the file that a long one was put into. */
function MailWords({ content, name }: { content: Content; name: 'text' | 'html' }) {
  const stored = partOf(content, name)
  if (stored) return <FilePart file={{ ...stored, name: name === 'html' ? t.html : common.details }} />
  const text = textOf(content, name)
  if (text === null) return null
  if (name === 'text') return <Said>{text}</Said>
  return (
    <details open={content['text'] === undefined}>
      <summary>{t.html}</summary>
      <MailFrame html={text} />
    </details>
  )
}

function Mail({ content }: { content: Content }) {
  const files = partsOf(content, 'attachments')
  const omitted = numberOf(content, 'omitted')
  return (
    <>
      <p className="subject">
        <Words>{textOf(content, 'subject') ?? '—'}</Words>
      </p>
      {content['automatic'] ? <p className="faint">{t.automatic}</p> : null}
      <MailWords content={content} name="text" />
      <MailWords content={content} name="html" />
      <Files files={files} />
      {omitted ? <p className="faint">{t.omitted(num(omitted))}</p> : null}
    </>
  )
}

/** What stands on a button, and what it opens or answers. */
const Buttons = ({ buttons }: { buttons: readonly Content[] }) =>
  buttons.length === 0 ? null : (
    <ul className="said-buttons" aria-label={t.buttons}>
      {buttons.map((button, n) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a content never changes
        <li key={n}>
          <Words>{textOf(button, 'label') ?? textOf(button, 'title') ?? ''}</Words>{' '}
          <Code>{textOf(button, 'url') ?? textOf(button, 'reply') ?? textOf(button, 'action') ?? ''}</Code>
        </li>
      ))}
    </ul>
  )

function Push({ content }: { content: Content }) {
  const url = textOf(content, 'url')
  return (
    <div className="notification">
      <p className="subject">
        <Words>{textOf(content, 'title') ?? ''}</Words>
      </p>
      <Said>{textOf(content, 'body')}</Said>
      <Said>{textOf(content, 'text')}</Said>
      <Buttons buttons={partsOf(content, 'actions')} />
      {url ? (
        <p className="faint">
          {t.link} <Code>{url}</Code>
        </p>
      ) : null}
    </div>
  )
}

function Call({ content }: { content: Content }) {
  const [say, play, gather, again] = ['say', 'play', 'gather', 'retry'].map((name) => partOf(content, name))
  const digits = partOf(content, 'digits')
  const recording = partOf(content, 'recording')
  const pressed = textOf(content, 'digits')
  const repeat = numberOf(say ?? digits ?? play ?? null, 'repeat')
  const language = textOf(say ?? digits ?? null, 'language')
  return (
    <>
      <Said>{textOf(say, 'text')}</Said>
      {play ? <FilePart file={play} /> : null}
      {recording ? <FilePart file={{ name: t.recording, ...recording }} /> : null}
      <Facts
        of={[
          [t.keys, pressed === null ? undefined : <Code key="keys">{pressed}</Code>],
          [t.language, language === null ? undefined : <Code key="language">{language}</Code>],
          [t.repeats, repeat === undefined ? undefined : num(repeat)],
          [t.collects, gather ? <Words key="gather">{textOf(gather, 'prompt') ?? common.yes}</Words> : undefined],
          [
            t.calls,
            again
              ? t.timesDelay(num(numberOf(again, 'times') ?? 0), took((numberOf(again, 'delaySeconds') ?? 0) * 1000))
              : undefined,
          ],
        ]}
      />
    </>
  )
}

function Chat({ content }: { content: Content }) {
  const template = partOf(content, 'template')
  const place = partOf(content, 'location')
  const media = partOf(content, 'media')
  const rows = content['buttons']
  const buttons = Array.isArray(rows) ? partsOf({ all: rows.flat() }, 'all') : []
  const reply = textOf(content, 'reply')
  const spot = place ? `${numberOf(place, 'latitude')}, ${numberOf(place, 'longitude')}` : null
  return (
    <>
      {media ? <FilePart file={media} /> : null}
      <Said>{textOf(content, 'text')}</Said>
      <Buttons buttons={buttons} />
      <Facts
        of={[
          [t.template, template ? <Code key="template">{textOf(template, 'name')}</Code> : undefined],
          [t.language, template ? <Code key="language">{textOf(template, 'language')}</Code> : undefined],
          [t.place, spot === null ? undefined : <Ltr key="place">{spot}</Ltr>],
          [t.reply, reply === null ? undefined : <Words key="reply">{reply}</Words>],
        ]}
      />
    </>
  )
}

/** Members that the views above show, or that say nothing to a person. */
const SHOWN = new Set(
  'text subject html attachments automatic omitted title body url actions say play digits gather retry recording media buttons reply location template files missing incomplete ttl urgency'.split(
    ' ',
  ),
)

/** What else a content has, as it is: nothing of it is lost because this page has no view for it yet. */
function Others({ content }: { content: Content }) {
  const others = Object.entries(content).filter(([name]) => !SHOWN.has(name))
  if (others.length === 0) return null
  return (
    <details>
      <summary>{t.other}</summary>
      <pre className="source" dir="ltr">
        {JSON.stringify(Object.fromEntries(others), null, 2)}
      </pre>
    </details>
  )
}

const VIEWS: Readonly<Record<string, (props: { content: Content }) => ReactNode>> = {
  email: Mail,
  push: Push,
  voice: Call,
  chat: Chat,
}

const Plain = ({ content }: { content: Content }) => <Said>{textOf(content, 'text')}</Said>

/** Says a content as its channel shows it; of one that is gone or hidden, why. */
export function ContentView({ message }: { message: Pick<Message, 'content' | 'redacted' | 'channel' | 'altered'> }) {
  const { redacted, channel, altered } = message
  const content = message.content as Content | null | undefined
  if (altered) return <p className="warn">{common.altered}</p>
  if (redacted) return <p className="faint">{t.hidden}</p>
  if (content === undefined) return <p className="faint">{t.queued}</p>
  if (content === null) return <p className="faint">{t.erased}</p>
  const View = VIEWS[channel] ?? Plain
  const missing = numberOf(content, 'missing')
  return (
    <div className="stack content-view" data-channel={channel}>
      <View content={content} />
      <Files files={partsOf(content, 'files')} />
      {missing ? <p className="faint">{t.missing(num(missing))}</p> : null}
      {content['incomplete'] ? <p className="faint">{t.incomplete}</p> : null}
      <Others content={content} />
    </div>
  )
}
