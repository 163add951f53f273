//! The examples of the architecture document that this program was built to.

use std::sync::{Arc, Mutex};

use aniworld_services::ProgressService;
use aniworld_services::progress::ProgressType;

#[tokio::test]
async fn test_download_progress_flow() {
    // Setup
    let progress_service = ProgressService::new();
    let events_received = Arc::new(Mutex::new(Vec::new()));

    let mock_event_handler = {
        let events_received = Arc::clone(&events_received);
        move |event| {
            events_received.lock().unwrap().push(event);
            async {}
        }
    };

    progress_service.subscribe("progress_updated", mock_event_handler);

    // Execute
    progress_service
        .start_progress("test_download", ProgressType::Download, "Test")
        .await
        .unwrap();
    progress_service.settled().await;

    // Verify
    let events_received = events_received.lock().unwrap();
    assert_eq!(events_received.len(), 1);
    assert_eq!(events_received[0].event_type, "download_progress");
    assert_eq!(events_received[0].progress.id, "test_download");
}
