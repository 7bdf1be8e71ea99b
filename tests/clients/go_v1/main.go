// The walk with the AWS SDK for Go, version 1.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go/aws"
	"github.com/aws/aws-sdk-go/aws/awserr"
	"github.com/aws/aws-sdk-go/aws/request"
	"github.com/aws/aws-sdk-go/aws/session"
	et "github.com/aws/aws-sdk-go/service/elastictranscoder"
)

const (
	role  = "arn:aws:iam::123456789012:role/Elastic_Transcoder_Default_Role"
	topic = "arn:aws:sns:us-east-1:123456789012:films"
)

type object map[string]interface{}

var seen = object{}

func check(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// failure describes an error; each kind that the service declares is a type of its own.
func failure(err error) interface{} {
	if err == nil {
		return nil
	}
	var failed awserr.RequestFailure
	if !errors.As(err, &failed) {
		check(err)
	}
	return object{
		"type": strings.TrimPrefix(fmt.Sprintf("%T", err), "*elastictranscoder."), "code": failed.Code(),
		"status": failed.StatusCode(), "message": failed.Message(), "request": failed.RequestID(),
	}
}

// status keeps the HTTP status of an answer.
func status(code *int) request.Option {
	return func(sent *request.Request) {
		sent.Handlers.Complete.PushBack(func(sent *request.Request) {
			*code = sent.HTTPResponse.StatusCode
		})
	}
}

func wait(client *et.ElasticTranscoder, id *string) error {
	return client.WaitUntilJobCompleteWithContext(context.Background(), &et.ReadJobInput{Id: id},
		request.WithWaiterDelay(request.ConstantWaiterDelay(200*time.Millisecond)),
		request.WithWaiterMaxAttempts(1500))
}

func listJobs(client *et.ElasticTranscoder, pipeline *string) object {
	pages, ids := 0, []*string{}
	check(client.ListJobsByPipelinePages(
		&et.ListJobsByPipelineInput{PipelineId: pipeline, Ascending: aws.String("true")},
		func(page *et.ListJobsByPipelineOutput, last bool) bool {
			pages++
			for _, job := range page.Jobs {
				ids = append(ids, job.Id)
			}
			return true
		}))
	return object{"pages": pages, "ids": ids}
}

func listPresets(client *et.ElasticTranscoder) object {
	pages, ids := 0, []*string{}
	check(client.ListPresetsPages(&et.ListPresetsInput{},
		func(page *et.ListPresetsOutput, last bool) bool {
			pages++
			for _, preset := range page.Presets {
				ids = append(ids, preset.Id)
			}
			return true
		}))
	return object{"pages": pages, "ids": ids}
}

func walkPipeline(client *et.ElasticTranscoder) *string {
	empty := aws.String("")
	var code int
	created, err := client.CreatePipelineWithContext(context.Background(), &et.CreatePipelineInput{
		Name: aws.String("F\u00fcnf \"Filme\" & <mehr>"), InputBucket: aws.String("input"),
		OutputBucket: aws.String("output"), Role: aws.String(role),
		Notifications: &et.Notifications{
			Progressing: empty, Completed: empty, Warning: empty, Error: empty},
	}, status(&code))
	check(err)
	if code != 201 {
		check(fmt.Errorf("CreatePipeline: %d", code))
	}
	made := created.Pipeline
	seen["pipeline"] = made.Id
	seen["created"] = object{
		"id": made.Id, "arn": made.Arn, "name": made.Name, "status": made.Status,
		"inputBucket": made.InputBucket, "outputBucket": made.OutputBucket,
		"contentBucket":   made.ContentConfig.Bucket,
		"thumbnailBucket": made.ThumbnailConfig.Bucket, "role": made.Role,
		"warnings": len(created.Warnings),
	}

	updated, err := client.UpdatePipeline(
		&et.UpdatePipelineInput{Id: made.Id, Name: aws.String("walk")})
	check(err)
	seen["updated"] = object{"id": updated.Pipeline.Id, "name": updated.Pipeline.Name,
		"outputBucket": updated.Pipeline.OutputBucket}
	notified, err := client.UpdatePipelineNotifications(&et.UpdatePipelineNotificationsInput{
		Id: made.Id, Notifications: &et.Notifications{
			Progressing: empty, Completed: empty, Warning: empty, Error: aws.String(topic)}})
	check(err)
	seen["notified"] = object{"completed": notified.Pipeline.Notifications.Completed,
		"error": notified.Pipeline.Notifications.Error}
	read, err := client.ReadPipeline(&et.ReadPipelineInput{Id: made.Id})
	check(err)
	seen["read"] = object{"name": read.Pipeline.Name, "role": read.Pipeline.Role,
		"error": read.Pipeline.Notifications.Error}
	tested, err := client.TestRole(&et.TestRoleInput{Role: aws.String(role),
		InputBucket: aws.String("input"), OutputBucket: aws.String("output"), Topics: []*string{}})
	check(err)
	seen["role"] = object{"success": tested.Success, "messages": tested.Messages}
	return made.Id
}

func walkPreset(client *et.ElasticTranscoder) *string {
	created, err := client.CreatePreset(&et.CreatePresetInput{
		Name: aws.String("tiny"), Description: aws.String("for a test"),
		Container: aws.String("mp4"),
		Video: &et.VideoParameters{
			Codec: aws.String("H.264"),
			CodecOptions: aws.StringMap(map[string]string{
				"Profile": "baseline", "Level": "3", "MaxReferenceFrames": "3"}),
			KeyframesMaxDist: aws.String("90"), FixedGOP: aws.String("false"),
			BitRate: aws.String("300"), FrameRate: aws.String("auto"),
			MaxFrameRate: aws.String("30"), MaxWidth: aws.String("320"),
			MaxHeight: aws.String("240"), SizingPolicy: aws.String("ShrinkToFit"),
			PaddingPolicy: aws.String("NoPad"), DisplayAspectRatio: aws.String("auto"),
		},
		Audio: &et.AudioParameters{
			Codec: aws.String("AAC"), SampleRate: aws.String("44100"), BitRate: aws.String("64"),
			Channels:     aws.String("2"),
			CodecOptions: &et.AudioCodecOptions{Profile: aws.String("AAC-LC")},
		},
		Thumbnails: &et.Thumbnails{
			Format: aws.String("png"), Interval: aws.String("60"), MaxWidth: aws.String("192"),
			MaxHeight: aws.String("108"), SizingPolicy: aws.String("ShrinkToFit"),
			PaddingPolicy: aws.String("NoPad"),
		},
	})
	check(err)
	read, err := client.ReadPreset(&et.ReadPresetInput{Id: created.Preset.Id})
	check(err)
	made := read.Preset
	seen["preset_id"] = made.Id
	seen["preset"] = object{
		"id": made.Id, "name": made.Name, "type": made.Type, "container": made.Container,
		"maxWidth": made.Video.MaxWidth, "profile": made.Video.CodecOptions["Profile"],
		"interlacedMode": made.Video.CodecOptions["InterlacedMode"],
		"bitRate":        made.Audio.BitRate, "thumbnails": made.Thumbnails.Format,
	}
	return made.Id
}

func walkJob(client *et.ElasticTranscoder, pipeline *string, preset *string) *string {
	created, err := client.CreateJob(&et.CreateJobInput{
		PipelineId: pipeline, OutputKeyPrefix: aws.String("films/"),
		Inputs: []*et.JobInput{{Key: aws.String("clip.mp4")}},
		Outputs: []*et.CreateJobOutput{
			{Key: aws.String("f\u00fcnf + eins.mp4"), PresetId: preset},
			{Key: aws.String("zwei.mp4"), PresetId: preset},
		},
		UserMetadata: aws.StringMap(map[string]string{"who": "me", "where": "a/b:c=d"}),
	})
	check(err)
	made := created.Job
	keys := []string{}
	for _, output := range made.Outputs {
		keys = append(keys, *made.OutputKeyPrefix+*output.Key)
	}
	seen["job"] = object{"id": made.Id, "status": made.Status, "outputs": keys}

	check(wait(client, made.Id))
	read, err := client.ReadJob(&et.ReadJobInput{Id: made.Id})
	check(err)
	made = read.Job
	states, ids := []*string{}, []*string{}
	for _, output := range made.Outputs {
		states = append(states, output.Status)
		ids = append(ids, output.Id)
	}
	first, detected := made.Outputs[0], made.Inputs[0].DetectedProperties
	seen["done"] = object{
		"status": made.Status, "outputs": states, "ids": ids, "width": first.Width,
		"height": first.Height, "duration": first.Duration,
		"durationMillis": first.DurationMillis, "fileSize": first.FileSize,
		"inputKey": made.Input.Key, "inputWidth": detected.Width, "inputSize": detected.FileSize,
		"timing": []*int64{made.Timing.SubmitTimeMillis, made.Timing.StartTimeMillis,
			made.Timing.FinishTimeMillis},
		"metadata": made.UserMetadata,
	}
	return made.Id
}

func walkLists(client *et.ElasticTranscoder, queue *string) {
	seen["presets"] = listPresets(client)
	seen["backlog"] = listJobs(client, queue)
	newest, err := client.ListJobsByPipeline(
		&et.ListJobsByPipelineInput{PipelineId: queue, Ascending: aws.String("false")})
	check(err)
	seen["newest"] = newest.Jobs[0].Id
	complete := []*string{}
	check(client.ListJobsByStatusPages(&et.ListJobsByStatusInput{Status: aws.String("Complete")},
		func(page *et.ListJobsByStatusOutput, last bool) bool {
			for _, job := range page.Jobs {
				complete = append(complete, job.Id)
			}
			return true
		}))
	seen["complete"] = complete
	pipelines := []*string{}
	check(client.ListPipelinesPages(&et.ListPipelinesInput{},
		func(page *et.ListPipelinesOutput, last bool) bool {
			for _, pipeline := range page.Pipelines {
				pipelines = append(pipelines, pipeline.Id)
			}
			return true
		}))
	seen["pipelines"] = pipelines
}

func walkCancel(client *et.ElasticTranscoder, pipeline *string, preset *string, done *string) {
	paused, err := client.UpdatePipelineStatus(
		&et.UpdatePipelineStatusInput{Id: pipeline, Status: aws.String("Paused")})
	check(err)
	seen["paused"] = paused.Pipeline.Status
	created, err := client.CreateJob(&et.CreateJobInput{
		PipelineId: pipeline, Input: &et.JobInput{Key: aws.String("clip.mp4")},
		Output: &et.CreateJobOutput{Key: aws.String("films/drei.mp4"), PresetId: preset}})
	check(err)
	id := created.Job.Id
	seen["submitted"] = object{"status": created.Job.Status}
	_, err = client.DeletePipeline(&et.DeletePipelineInput{Id: pipeline})
	seen["busy"] = failure(err)
	var code int
	_, err = client.CancelJobWithContext(
		context.Background(), &et.CancelJobInput{Id: id}, status(&code))
	check(err)
	if code != 202 {
		check(fmt.Errorf("CancelJob: %d", code))
	}
	read, err := client.ReadJob(&et.ReadJobInput{Id: id})
	check(err)
	seen["canceled"] = object{"status": read.Job.Status, "output": read.Job.Outputs[0].Status}
	var vain awserr.Error
	seen["waitedInVain"] = errors.As(wait(client, id), &vain) &&
		vain.Code() == request.WaiterResourceNotReadyErrorCode
	_, err = client.CancelJob(&et.CancelJobInput{Id: done})
	seen["late"] = failure(err)
}

func walkFailures(client *et.ElasticTranscoder, pipeline *string, preset *string) {
	_, err := client.ReadJob(&et.ReadJobInput{Id: aws.String("fake job/\u00e9")})
	seen["invalid"] = failure(err)
	_, err = client.ReadJob(&et.ReadJobInput{Id: aws.String("1351620000000-abcdef")})
	seen["missing"] = failure(err)
	_, err = client.DeletePreset(&et.DeletePresetInput{Id: aws.String("1351620000001-000010")})
	seen["denied"] = failure(err)
	_, err = client.DeletePreset(&et.DeletePresetInput{Id: preset})
	check(err)
	_, err = client.ReadPreset(&et.ReadPresetInput{Id: preset})
	seen["gonePreset"] = failure(err)
	_, err = client.DeletePipeline(&et.DeletePipelineInput{Id: pipeline})
	check(err)
	_, err = client.ReadPipeline(&et.ReadPipelineInput{Id: pipeline})
	seen["gonePipeline"] = failure(err)
}

func main() {
	opened, err := session.NewSession(&aws.Config{
		Endpoint: aws.String(os.Getenv("MOCKETS_URL")), MaxRetries: aws.Int(0),
		// by default it logs on standard output, that TestRole is deprecated for one
		Logger: aws.LoggerFunc(func(words ...interface{}) { fmt.Fprintln(os.Stderr, words...) }),
	})
	check(err)
	client := et.New(opened)

	pipeline := walkPipeline(client)
	preset := walkPreset(client)
	job := walkJob(client, pipeline, preset)
	walkLists(client, aws.String(os.Getenv("MOCKETS_QUEUE")))
	walkCancel(client, pipeline, preset, job)
	walkFailures(client, pipeline, preset)
	check(json.NewEncoder(os.Stdout).Encode(seen))
}
