// Errors as the program sends them.

import type { CommandError } from '../generated/CommandError';
import type { ErrorCode } from '../generated/ErrorCode';

export function refusal(code: ErrorCode, params: Record<string, string> = {}): CommandError {
  return { code, message: `${code} in English`, hint: 'What to do, in English', params };
}
