//! What is to be kept is kept, or it is said that it is not.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;

use crate::queue::error::ReviewError;
use crate::queue::fixture::made;
use crate::queue::review_policy::ReviewPolicy;
use crate::queue::store::Store;
use crate::serve::fixture::served;
use crate::serve::store::{WriteError, Writer};
use crate::serve::telemetry::Meters;

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

async fn import(writer: &Writer, id: usize) -> Result<(), WriteError<ReviewError>> {
    let change = move |store: &mut Store| {
        store.import(&[made(&format!("c{id}"), 0.9).scored()], 1000)?;
        // After it was imported, so that there is something to take back.
        if id % 10 == 3 { Err(ReviewError::NoComment(3)) } else { Ok(()) }
    };
    writer.write(change).await
}

fn count(store: &Store) -> i64 {
    store.connection.query_row("SELECT count(*) FROM comment", [], |row| row.get(0)).unwrap()
}

#[test]
fn many_changes_share_a_transaction_and_each_is_there_once_it_is_answered() {
    let served = served("");
    let writer = &served.app().writer;
    let failed = runtime().block_on(async {
        let blocked = writer.write(|_| {
            std::thread::sleep(Duration::from_millis(200));
            Ok::<_, ReviewError>(())
        });
        let imports = (0..100).map(|id| import(writer, id));
        let (first, done) = tokio::join!(blocked, join_all(imports));
        first.unwrap();
        done.into_iter().filter(Result::is_err).count()
    });
    assert_eq!(failed, 10);
    let store = Store::open(&served.folder.path().join("ombud.db")).unwrap();
    assert_eq!(count(&store), 90);
    store.verify().unwrap().unwrap();
    let metrics = served.get("/metrics").body;
    let figure = |name: &str| {
        let line = metrics.lines().find(|line| line.starts_with(name)).unwrap();
        line.rsplit(' ').next().unwrap().parse::<u64>().unwrap()
    };
    assert_eq!(figure("ombud_writes_total{outcome=\"done\"}"), 101);
    assert!(figure("ombud_write_transactions_total") <= 3, "{metrics}");
}

#[test]
fn a_file_that_cannot_be_opened_is_told_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("missing/ombud.db");
    let writer = Writer::start(path.clone(), None, ReviewPolicy::default(), Arc::new(Meters::new())).unwrap();
    runtime().block_on(async {
        assert_eq!(writer.is_ready().await, Ok(()), "nobody has asked for anything yet");
        assert!(matches!(import(&writer, 1).await, Err(WriteError::File(_))));
        assert!(writer.is_ready().await.is_err());
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        assert!(writer.is_ready().await.is_err(), "it was tried a moment ago");
        tokio::time::sleep(Duration::from_millis(1100)).await;
        assert_eq!(writer.is_ready().await, Ok(()));
        import(&writer, 1).await.unwrap();
    });
    writer.stop();
    assert_eq!(count(&Store::open(&path).unwrap()), 1);
    runtime().block_on(async {
        assert!(matches!(import(&writer, 2).await, Err(WriteError::Stopping)));
        assert!(writer.is_ready().await.is_err());
    });
}

#[test]
fn a_change_that_panics_takes_nothing_with_it_but_what_it_was_written_with() {
    let served = served("");
    let writer = &served.app().writer;
    runtime().block_on(async {
        let broken = writer.write(|_: &mut Store| -> Result<(), ReviewError> { panic!("of a test") }).await;
        assert!(matches!(broken, Err(WriteError::File(_))), "{broken:?}");
        import(writer, 1).await.unwrap();
        assert_eq!(writer.is_ready().await, Ok(()));
    });
    assert_eq!(served.get("/readyz").status, 200);
}

#[test]
fn whoever_asks_whether_it_is_ready_learns_no_paths_and_makes_it_write_nothing() {
    let served = served("[[serve.keys]]\nname = \"a\"\nkey = \"a key for figures\"\nscopes = [\"metrics\"]");
    let writer = &served.app().writer;
    let db = served.folder.path().join("ombud.db");
    std::fs::remove_file(&db).unwrap();
    std::fs::create_dir(&db).unwrap();
    runtime().block_on(async {
        let broken = writer.write(|_: &mut Store| -> Result<(), ReviewError> { panic!("of a test") }).await;
        assert!(matches!(broken, Err(WriteError::File(_))), "{broken:?}");
        // It is answered a moment before the trouble is known.
        while writer.is_ready().await.is_ok() {
            tokio::task::yield_now().await;
        }
    });
    let answers = [(); 10].map(|()| served.get("/readyz"));
    for answer in answers {
        assert_eq!((answer.status.as_u16(), &answer.json()["ready"]), (503, &false.into()));
        assert_eq!(answer.json()["why"], "the review database cannot be written");
    }
    let told = served.get("/readyz?key=a+key+for+figures").json();
    assert!(told["why"].as_str().unwrap().contains("ombud.db"), "{told}");
    let metrics = served.get("/metrics?key=a+key+for+figures").body;
    assert!(metrics.contains("ombud_writes_total{outcome=\"failed\"} 2"), "{metrics}");
}
