import { Checkbox, Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import type { HazardSourcePage } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { useAccount, useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import type { DraftEdit } from './use-draft.ts'

interface SignFields {
  readonly signedName: string
  readonly isTrue: boolean
  readonly reason: string
}

interface DialogProps {
  readonly page: HazardSourcePage
  readonly edit: DraftEdit
  readonly onClose: (page: HazardSourcePage | null) => void
}

/** The statement of truth, then the submission. */
export function SignDialog(props: DialogProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  return (
    <Signed
      {...props}
      title={t('hazard.signTitle')}
      send={(signing) => api.submitHazardSource(props.page.id, signing)}
    />
  )
}

export function CancellationDialog(props: DialogProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  return (
    <Signed
      {...props}
      title={t('hazard.cancelTitle')}
      hasReason
      send={(signing, reason) => api.requestCancellation(props.page.id, { ...signing, reason })}
    />
  )
}

function Signed(
  props: DialogProps & {
    readonly title: string
    readonly hasReason?: boolean
    readonly send: (
      signing: {
        readonly revision: number
        readonly signedName: string
        readonly statementOfTruth: true
      },
      reason: string,
    ) => Promise<HazardSourcePage>
  },
) {
  const { t } = useTranslation()
  const account = useAccount()
  const { api } = useServices()
  const { page, edit } = props
  const [form] = Form.useForm<SignFields>()
  let submitted: HazardSourcePage | null = null
  async function submit(fields: SignFields): Promise<void> {
    // What is signed is what is saved.
    if (!(await edit.flush())) throw edit.error ?? new ApiError('draft_changed', 409, null)
    const { revision } = await api.hazardSource(page.id)
    const { signedName, reason = '' } = fields
    submitted = await props.send({ revision, signedName, statementOfTruth: true }, reason)
  }
  return (
    <FormDialog<SignFields>
      title={props.title}
      form={form}
      initialValues={{ signedName: account.displayName, isTrue: false }}
      submit={submit}
      onClose={() => props.onClose(submitted)}
    >
      {props.hasReason === true && (
        <Form.Item
          name="reason"
          label={t('hazard.cancelReason')}
          extra={t('hazard.cancelHint', { days: page.terms.cancellationDecisionDays })}
          rules={[{ required: true, whitespace: true, message: t('hazard.cancelReasonRequired') }]}
        >
          <Input.TextArea maxLength={2_000} autoSize={{ minRows: 2 }} />
        </Form.Item>
      )}
      <Form.Item
        name="signedName"
        label={t('hazard.signName')}
        rules={[{ required: true, whitespace: true, message: t('hazard.signNameRequired') }]}
      >
        <Input maxLength={120} />
      </Form.Item>
      <Form.Item
        name="isTrue"
        valuePropName="checked"
        rules={[
          {
            validator: (_, value) =>
              value === true
                ? Promise.resolve()
                : Promise.reject(new Error(t('hazard.signTruthRequired'))),
          },
        ]}
      >
        <Checkbox>{t('hazard.signTruth')}</Checkbox>
      </Form.Item>
    </FormDialog>
  )
}
