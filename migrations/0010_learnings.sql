CREATE TABLE `learnings` (
	`id` integer PRIMARY KEY NOT NULL,
	`kind` text NOT NULL,
	`pattern` text NOT NULL,
	`applies_to` text NOT NULL,
	`text` text NOT NULL,
	`context` text NOT NULL,
	`times` integer DEFAULT 1 NOT NULL,
	`first_at` integer NOT NULL,
	`last_at` integer NOT NULL,
	`run_id` text,
	`step` text,
	`deployment` text,
	`author` text,
	CONSTRAINT "learnings_kind" CHECK("learnings"."kind" IN ('failure', 'fix', 'note')),
	CONSTRAINT "learnings_context" CHECK(json_valid("learnings"."context"))
) STRICT;
--> statement-breakpoint
CREATE UNIQUE INDEX `learnings_once` ON `learnings` (`kind`,`applies_to`,`pattern`);--> statement-breakpoint
CREATE INDEX `learnings_by_time` ON `learnings` (`last_at`);--> statement-breakpoint
CREATE VIRTUAL TABLE `learnings_index` USING fts5(`pattern`, `text`, `applies_to`, content='learnings', content_rowid='id', tokenize="unicode61 remove_diacritics 2 tokenchars '_'");
--> statement-breakpoint
CREATE TRIGGER `learnings_added` AFTER INSERT ON `learnings` BEGIN
	INSERT INTO `learnings_index` (rowid, `pattern`, `text`, `applies_to`) VALUES (new.`id`, new.`pattern`, new.`text`, new.`applies_to`);
END;
--> statement-breakpoint
CREATE TRIGGER `learnings_changed` AFTER UPDATE OF `text` ON `learnings` WHEN old.`text` <> new.`text` BEGIN
	INSERT INTO `learnings_index` (`learnings_index`, rowid, `pattern`, `text`, `applies_to`) VALUES ('delete', old.`id`, old.`pattern`, old.`text`, old.`applies_to`);
	INSERT INTO `learnings_index` (rowid, `pattern`, `text`, `applies_to`) VALUES (new.`id`, new.`pattern`, new.`text`, new.`applies_to`);
END;
--> statement-breakpoint
CREATE TRIGGER `learnings_forgotten` AFTER DELETE ON `learnings` BEGIN
	INSERT INTO `learnings_index` (`learnings_index`, rowid, `pattern`, `text`, `applies_to`) VALUES ('delete', old.`id`, old.`pattern`, old.`text`, old.`applies_to`);
END;
--> statement-breakpoint
PRAGMA user_version = 11;
