import { Form, Input, Modal, Radio, Select } from 'antd'
import { useTranslation } from 'react-i18next'
import type { AlarmDto } from '../../gateway/contract.ts'
import { useWords } from '../format/use-words.ts'
import { focusFirstField } from '../ui/focus-first.ts'
import {
  type AlarmVerb,
  CLOSE_REASONS,
  noteOf,
  SHELVE_DURATIONS,
  SHELVE_REASONS,
} from './alarm-verbs.ts'
import { GradeMark } from './grade-mark.tsx'
import { PersonField } from './person-field.tsx'
import type { VerbBody, Verbs } from './use-verbs.ts'

interface VerbFields {
  readonly reason?: string
  readonly durationMs?: number
  readonly username?: string
  readonly note?: string
}

/** Asks for what a verb needs: words, a reason, a duration, a person. Stays open when the gateway refuses. */
export function VerbDialog(props: {
  readonly verb: AlarmVerb
  readonly alarm: AlarmDto
  readonly verbs: Verbs
  readonly onClose: () => void
}) {
  const { t } = useTranslation()
  const words = useWords()
  const { verb, alarm, verbs, onClose } = props
  const [form] = Form.useForm<VerbFields>()

  async function submit(fields: VerbFields): Promise<void> {
    if (await verbs.act(verb, alarm, bodyOf(verb, fields))) onClose()
  }
  return (
    <Modal
      open
      destroyOnHidden
      title={t(`dialog.${verb}`)}
      okText={t(`verb.${verb}`)}
      cancelText={t('common.cancel')}
      confirmLoading={verbs.busy === verb}
      afterOpenChange={focusFirstField}
      onOk={() => form.submit()}
      onCancel={onClose}
    >
      <p className="dialog-alarm">
        <GradeMark grade={alarm.grade} />
        <span>
          <strong>{words.localized(alarm.title)}</strong> {words.place(alarm)}
        </span>
      </p>
      <Form<VerbFields>
        form={form}
        layout="vertical"
        requiredMark={false}
        onFinish={(fields) => void submit(fields)}
      >
        {verb === 'shelve' && <ShelveFields />}
        {verb === 'close' && <CloseFields />}
        {verb === 'assign' && (
          <PersonField onMe={(username) => form.setFieldsValue({ username })} />
        )}
        <Form.Item
          name="note"
          label={t('dialog.note')}
          rules={
            verb === 'comment'
              ? [{ required: true, whitespace: true, message: t('dialog.noteRequired') }]
              : []
          }
        >
          <Input.TextArea
            autoSize={{ minRows: 3, maxRows: 8 }}
            maxLength={2_000}
            showCount
            placeholder={t('dialog.notePlaceholder')}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.submit()
            }}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}

function bodyOf(verb: AlarmVerb, fields: VerbFields): VerbBody {
  const words = fields.note?.trim() ?? ''
  const note = fields.reason === undefined ? words : noteOf(fields.reason, words)
  return {
    ...(note === '' ? {} : { note }),
    ...(verb === 'shelve' && fields.durationMs !== undefined
      ? { durationMs: fields.durationMs }
      : {}),
    ...(verb === 'assign' && fields.username !== undefined
      ? { username: fields.username.trim() }
      : {}),
  }
}

function ShelveFields() {
  const { t } = useTranslation()
  return (
    <>
      <p className="quiet">{t('dialog.shelveHint')}</p>
      <Form.Item
        name="durationMs"
        label={t('dialog.duration')}
        rules={[{ required: true, message: t('dialog.durationRequired') }]}
      >
        <Radio.Group
          className="durations"
          optionType="button"
          options={SHELVE_DURATIONS.map(({ key, durationMs }) => ({
            value: durationMs,
            label: t(`duration.${key}`),
          }))}
        />
      </Form.Item>
      <Form.Item
        name="reason"
        label={t('dialog.reason')}
        rules={[{ required: true, message: t('dialog.reasonRequired') }]}
      >
        <Select
          options={SHELVE_REASONS.map((key) => {
            const text = t(`shelveReason.${key}`)
            return { value: text, label: text }
          })}
        />
      </Form.Item>
    </>
  )
}

function CloseFields() {
  const { t } = useTranslation()
  return (
    <>
      <p className="quiet">{t('dialog.closeHint')}</p>
      <Form.Item
        name="reason"
        label={t('dialog.reason')}
        rules={[{ required: true, message: t('dialog.reasonRequired') }]}
      >
        <Select
          options={CLOSE_REASONS.map((key) => {
            const text = t(`closeReason.${key}`)
            return { value: text, label: text }
          })}
        />
      </Form.Item>
    </>
  )
}
