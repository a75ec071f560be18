import { Form, Input } from 'antd'
import { useTranslation } from 'react-i18next'
import type { FilingRemark, HazardSourcePage } from '../../gateway/contract.ts'
import { ApiError } from '../api/api-client.ts'
import { useServices } from '../services.tsx'
import { FormDialog } from '../ui/form-dialog.tsx'
import { ARCHIVE_ITEM_NAMES } from './hazard-words.ts'

interface DecisionProps {
  readonly page: HazardSourcePage
  readonly version: number
  readonly onClose: (page: HazardSourcePage | null) => void
  /** Somebody else was faster: what is shown is old. */
  readonly onOvertaken: () => void
}

const REMARK_ITEMS = [
  'application',
  ...ARCHIVE_ITEM_NAMES,
] as const satisfies readonly FilingRemark['item'][]

/** Under a number of the authority; of a cancellation the last step of a source. */
export function AcceptDialog(props: DecisionProps & { readonly isCancellation: boolean }) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<{ readonly number: string }>()
  let decided: HazardSourcePage | null = null
  const submit = overtaken(props, async ({ number }: { readonly number?: string }) => {
    const wanted = number?.trim() ?? ''
    decided = await api.acceptFiling(
      props.page.id,
      props.version,
      wanted === '' ? undefined : wanted,
    )
  })
  return (
    <FormDialog
      title={t(props.isCancellation ? 'hazard.grant' : 'hazard.acceptTitle')}
      form={form}
      initialValues={{ number: '' }}
      submit={submit}
      onClose={() => props.onClose(decided)}
    >
      {props.isCancellation ? (
        <p>{t('hazard.grantConfirm')}</p>
      ) : (
        <Form.Item name="number" label={t('hazard.number')} extra={t('hazard.numberHint')}>
          <Input maxLength={60} />
        </Form.Item>
      )}
    </FormDialog>
  )
}

type RemarkFields = Readonly<Partial<Record<FilingRemark['item'], string>>>

export function ReturnDialog(props: DecisionProps) {
  const { t } = useTranslation()
  const { api } = useServices()
  const [form] = Form.useForm<RemarkFields>()
  let decided: HazardSourcePage | null = null
  const submit = overtaken(props, async (fields: RemarkFields) => {
    const remarks = REMARK_ITEMS.flatMap((item) => {
      const text = fields[item]?.trim() ?? ''
      return text === '' ? [] : [{ item, text }]
    })
    if (remarks.length === 0) {
      throw new ApiError('invalid_request', 400, {
        type: '',
        title: t('hazard.returnRequired'),
        status: 400,
        code: 'invalid_request',
        detail: t('hazard.returnRequired'),
      })
    }
    decided = await api.returnFiling(props.page.id, props.version, remarks)
  })
  return (
    <FormDialog<RemarkFields>
      title={t('hazard.returnTitle')}
      form={form}
      initialValues={{}}
      submit={submit}
      onClose={() => props.onClose(decided)}
    >
      <p className="quiet">{t('hazard.returnHint')}</p>
      {REMARK_ITEMS.map((item) => (
        <Form.Item key={item} name={item} label={t(`archiveItem.${item}`)}>
          <Input.TextArea maxLength={2_000} autoSize={{ minRows: 1, maxRows: 6 }} />
        </Form.Item>
      ))}
    </FormDialog>
  )
}

/** The dialog keeps the sentence of who was faster; the page behind it is loaded anew. */
function overtaken<Fields>(
  props: DecisionProps,
  decide: (fields: Fields) => Promise<void>,
): (fields: Fields) => Promise<void> {
  return async (fields) => {
    try {
      await decide(fields)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'filing_decided') props.onOvertaken()
      throw error
    }
  }
}
