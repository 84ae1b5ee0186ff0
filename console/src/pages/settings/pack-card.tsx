import { Card, Facts } from '../../parts/page.tsx'
import { Table } from '../../parts/table.tsx'
import { Words } from '../../parts/text.tsx'
import { digits, listed } from '../../words/format.ts'
import { purposeNames } from '../../words/levels.ts'
import type { Account } from './settings-page.tsx'
import { packName, t } from './words.ts'

type Pack = Account['pack']

const purposesOf = (purposes: readonly (keyof typeof purposeNames)[]): string =>
  listed(purposes.map((purpose) => purposeNames[purpose]))

const WordList = ({ of }: { of: readonly string[] }) => (
  <span className="row">
    {of.map((word) => (
      <Words key={word} className="word">
        {word}
      </Words>
    ))}
  </span>
)

/** What each class of lines may carry, a row a class. */
function Lines({ lines }: Pick<Pack, 'lines'>) {
  const classes = [...new Set(lines.map(({ lineClass }) => lineClass))]
  return (
    <Table
      label={t.lines}
      rows={classes}
      keyOf={(lineClass) => lineClass}
      columns={[
        { name: t.lineClass, kind: 'head', of: (lineClass) => t.lineClasses[lineClass] },
        {
          name: t.purposes,
          of: (lineClass) =>
            purposesOf(lines.filter((line) => line.lineClass === lineClass).map(({ purpose }) => purpose)),
        },
      ]}
    />
  )
}

/** Bulk rules of the market that the account goes by. */
export const PackCard = ({ pack }: { pack: Pack }) => (
  <Card title={t.pack}>
    <Facts
      of={[
        [t.packName, packName(pack.name)],
        [
          t.informational,
          pack.informationalFrom === null ? t.informationalNever : t.informationalFrom(pack.informationalFrom),
        ],
        [t.stop, <WordList key="stop" of={pack.stop} />],
        [t.start, <WordList key="start" of={pack.start} />],
      ]}
    />
    {pack.sendingHours.length > 0 ? (
      <div>
        <h3>{t.hours}</h3>
        <p className="faint">{t.hoursWhy}</p>
        <ul>
          {pack.sendingHours.map(({ purposes, from, until }) => (
            <li key={purposes.join()}>
              {purposesOf(purposes)}: <span>{digits(`${from} – ${until}`)}</span>
            </li>
          ))}
        </ul>
      </div>
    ) : null}
    {pack.footers.length > 0 ? (
      <div>
        <h3>{t.footer}</h3>
        <ul>
          {pack.footers.map(({ text, purposes, fromRecipients }) => (
            <li key={text + purposes.join()}>
              {purposesOf(purposes)}, {t.footerFrom(fromRecipients)}: <Words>{text}</Words>
            </li>
          ))}
        </ul>
      </div>
    ) : null}
    <h3>{t.lines}</h3>
    <Lines lines={pack.lines} />
  </Card>
)
