import { Alert, Button, Input, Modal } from 'antd'
import { type ChangeEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { CalendarCheck, CalendarProposalDto } from '../../../gateway/contract.ts'
import { useWords } from '../../format/use-words.ts'
import { useServices } from '../../services.tsx'
import { useAct } from '../use-act.ts'
import { LossNote } from './loss-note.tsx'
import { YearView } from './year-view.tsx'

/** A year from a file: looked at first, then saved, or sent to a second person where safety rules lose by it. */
export function CalendarImport(props: {
  readonly onClose: (outcome: CalendarProposalDto | 'in-force' | null) => void
}) {
  const { t } = useTranslation()
  const { api } = useServices()
  const act = useAct()
  const [yaml, setYaml] = useState('')
  const [checked, setChecked] = useState<CalendarCheck | null>(null)
  const [reason, setReason] = useState('')
  const change = (text: string) => {
    setYaml(text)
    setChecked(null)
  }
  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0]
    if (file === undefined) return
    act.run(async () => {
      const text = await file.text()
      setYaml(text)
      setChecked(await api.checkCalendar({ yaml: text }))
    })
  }
  const year = checked?.year ?? null
  const waits = checked !== null && checked.lossCount > 0
  const save = () =>
    act.run(async () => {
      if (year === null) return
      const { source, holidays, workdays } = year
      const version = checked?.present?.version ?? 0
      const change = { id: `${year.calendar}-${year.year}`, version, reason: reason.trim() }
      const waiting = await api.writeCalendar(change, { source, holidays, workdays })
      props.onClose(waiting ?? 'in-force')
    })
  return (
    <Modal
      open
      width={760}
      title={t('calendar.import')}
      okText={t(waits ? 'calendarLoss.propose' : 'common.save')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: year === null || (waits && reason.trim() === '') }}
      confirmLoading={act.isBusy}
      onOk={save}
      onCancel={() => props.onClose(null)}
    >
      <div className="calendar-editor">
        <p className="quiet">{t('calendar.importHint')}</p>
        <input
          type="file"
          accept=".yaml,.yml"
          aria-label={t('calendar.choose')}
          onChange={choose}
        />
        <Input.TextArea
          value={yaml}
          className="rule-yaml"
          placeholder={t('calendar.paste')}
          aria-label={t('calendar.paste')}
          autoSize={{ minRows: 4, maxRows: 12 }}
          onChange={(event) => change(event.target.value)}
        />
        <Button
          disabled={yaml.trim() === ''}
          loading={act.isBusy}
          onClick={() => act.run(async () => setChecked(await api.checkCalendar({ yaml })))}
        >
          {t('calendar.check')}
        </Button>
        {waits && <LossNote lost={checked} reason={reason} onReason={setReason} />}
        {checked !== null && <CheckedYear checked={checked} />}
      </div>
    </Modal>
  )
}

function CheckedYear(props: { readonly checked: CalendarCheck }) {
  const { t } = useTranslation()
  const words = useWords()
  const { year, present, findings } = props.checked
  if (year === null) {
    return (
      <ul className="rule-findings">
        {findings.map(({ path, message }) => (
          <li key={`${path} ${message.en}`} className="rule-finding is-error" role="alert">
            {path !== '' && <code>{path}: </code>}
            {words.localized(message)}
          </li>
        ))}
      </ul>
    )
  }
  const figures = {
    year: year.year,
    holidays: year.holidays.length,
    workdays: year.workdays.length,
  }
  return (
    <>
      <Alert
        type={present === null ? 'info' : 'warning'}
        showIcon
        title={t(present === null ? 'calendar.importNew' : 'calendar.importReplaces', figures)}
      />
      <YearView days={year} />
    </>
  )
}
