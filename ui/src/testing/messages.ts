// Messages and rows for tests of pure state.

import type { Frame } from '../bridge/generated/Frame';
import type { JoinAnswer } from '../bridge/generated/JoinAnswer';
import type { MessageData } from '../bridge/generated/MessageData';
import type { QueueRow } from '../bridge/generated/QueueRow';
import type { RoomMessage } from '../bridge/generated/RoomMessage';

export function operation(id: string, more: Partial<MessageData> = {}): MessageData {
  return {
    id,
    type: 'download',
    status: 'in_progress',
    title: 'Downloading Night Trains',
    message: 'S01E05',
    percent: 10,
    current: 10,
    total: 100,
    metadata: {},
    started_at: '2026-11-24T12:00:00Z',
    updated_at: '2026-11-24T12:00:01Z',
    ...more,
  };
}

export function message(data: MessageData, seq: number): RoomMessage {
  return { room: 'downloads', seq, type: `${data.type}_progress`, data };
}

export function frame(count: number, messages: RoomMessage[], epoch = 1): Frame {
  return { epoch, frame: count, messages };
}

export function answer(count: number, messages: RoomMessage[], epoch = 1): JoinAnswer {
  return { epoch, frame: count, messages };
}

export function queueRow(more: Partial<QueueRow> = {}): QueueRow {
  return {
    id: 7,
    progress_id: 'download_night_1_5',
    state: 'queued',
    series_id: 1,
    series: 'Night Trains',
    season: 1,
    number: '5',
    title: 'Last Stop',
    source: 'nginx',
    bytes: 0,
    total: 1_000,
    error: null,
    added_at: '2026-11-24T12:00:00Z',
    finished_at: null,
    ...more,
  };
}
