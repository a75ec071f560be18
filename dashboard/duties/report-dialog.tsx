import { DatePicker, Form, Input, Radio } from 'antd'
import type { Dayjs } from 'dayjs'
import { useTranslation } from 'react-i18next'
import type { DutyDto } from '../../gateway/contract.ts'
import type { DutyReport } from '../api/duty-endpoints.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'

interface ReportFields {
  readonly outcome: 'done' | 'not-done'
  readonly person: string
  readonly doneAt?: Dayjs | null
  readonly note?: string
}

/** Says that a duty was done, or was not and why. A report stays; a correction is another report. */
export function ReportDialog(props: {
  readonly sourceId: string
  readonly duty: DutyDto
  readonly person: string
  readonly onClose: (hasChanged: boolean) => void
}) {
  const { t, i18n } = useTranslation()
  const { api, nowMs } = useServices()
  const [form] = Form.useForm<ReportFields>()
  const outcome = Form.useWatch('outcome', form) ?? 'done'
  const { duty } = props

  async function submit(fields: ReportFields): Promise<void> {
    const person = fields.person.trim()
    const note = fields.note?.trim() ?? ''
    const report: DutyReport = {
      dutyId: duty.id,
      outcome: fields.outcome,
      ...(person === '' ? {} : { person }),
      ...(note === '' ? {} : { note }),
      ...(fields.doneAt ? { doneAt: fields.doneAt.toISOString() } : {}),
    }
    await api.reportDuty(props.sourceId, report)
  }
  return (
    <FormDialog<ReportFields>
      title={t('duty.report')}
      form={form}
      initialValues={{ outcome: 'done', person: props.person }}
      submit={submit}
      onClose={props.onClose}
    >
      <p>{duty.text[i18n.language === 'zh' ? 'zh' : 'en']}</p>
      <Form.Item name="outcome" label={t('duty.outcome')}>
        <Radio.Group
          optionType="button"
          options={(['done', 'not-done'] as const).map((value) => ({
            value,
            label: t(`dutyOutcome.${value}`),
          }))}
        />
      </Form.Item>
      <Form.Item name="person" label={t('duty.person')}>
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item name="doneAt" label={t('duty.doneAt')} extra={t('duty.doneAtHint')}>
        <DatePicker
          showTime={{ format: 'HH:mm' }}
          format="YYYY-MM-DD HH:mm"
          disabledDate={(day) => day.valueOf() > nowMs()}
        />
      </Form.Item>
      <Form.Item
        name="note"
        label={t('duty.note')}
        rules={[
          { required: outcome === 'not-done', whitespace: true, message: t('duty.noteRequired') },
        ]}
      >
        <Input.TextArea autoSize={{ minRows: 2, maxRows: 6 }} maxLength={2_000} />
      </Form.Item>
    </FormDialog>
  )
}
