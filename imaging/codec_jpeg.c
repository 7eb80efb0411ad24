/* JPEG by libjpeg-turbo. libjpeg would rather show something than fail: it fills what is missing
 * with grey and warns. For evidence that is worse than an error, so its first warning ends the
 * decoding. Its longjmp is contained as in codec_png.c. */
#include "imaging/codec_formats.h"

#include "imaging/image.h"
#include "schemas/base/buf.h"
#include "schemas/base/err.h"

#include <setjmp.h>
#include <stdlib.h>
#include <jpeglib.h>

#define CM_PER_INCH 2.54
#define SCANS_MAX 200         /* progressive files have about 10; thousands are an attack on time */
#define MEMORY_MAX 500000000L /* coefficients of a progressive file: 2 bytes a sample */
#define DENSITY_INCH 1
#define DENSITY_CM 2
#define JPEG_QUALITY_MIN 1
#define JPEG_QUALITY_MAX 100

struct jpeg_job {
    struct jpeg_error_mgr errors; /* first: libjpeg hands back a pointer to it */
    struct jpeg_progress_mgr progress;
    jmp_buf leave;
    char message[JMSG_LENGTH_MAX];
    struct jpeg_decompress_struct in;
    struct jpeg_compress_struct out;
    FILE *file;
    struct bitmap bitmap;
    struct err *err;
    bool refused; /* err is set already */
    unsigned char *bytes;
    unsigned long n_bytes;
};

static _Noreturn void on_error(j_common_ptr jpeg)
{
    struct jpeg_job *job = (struct jpeg_job *)(void *)jpeg->err;
    jpeg->err->format_message(jpeg, job->message);
    longjmp(job->leave, 1);
}

static void on_message(j_common_ptr jpeg, int level)
{
    if (level < 0) /* a warning: data is corrupt */
        on_error(jpeg);
}

static void on_output(j_common_ptr jpeg)
{
    (void)jpeg; /* the default prints */
}

static void on_progress(j_common_ptr jpeg)
{
    struct jpeg_job *job = (struct jpeg_job *)(void *)jpeg->err;
    if (jpeg->is_decompressor && job->in.input_scan_number > SCANS_MAX) {
        job->refused = true;
        err_set(job->err, "the JPEG has more than %d scans; save it again as a plain JPEG",
                SCANS_MAX);
        longjmp(job->leave, 1);
    }
}

static struct jpeg_error_mgr *install_handlers(struct jpeg_job *job)
{
    jpeg_std_error(&job->errors);
    job->errors.error_exit = on_error;
    job->errors.emit_message = on_message;
    job->errors.output_message = on_output;
    job->progress.progress_monitor = on_progress;
    return &job->errors;
}

static _Noreturn void refuse(struct jpeg_job *job)
{
    job->refused = true;
    longjmp(job->leave, 1);
}

/* Quality of the Independent JPEG Group's scale that has the same mean as the file's luminance
 * table. */
static int estimate_quality(const struct jpeg_decompress_struct *in)
{
    enum { STANDARD_SUM = 3688 }; /* of the luminance table in Annex K of T.81, quality 50 */
    const JQUANT_TBL *table = in->quant_tbl_ptrs[0];
    if (!table)
        return 0;
    double sum = 0;
    for (int i = 0; i < DCTSIZE2; i++)
        sum += table->quantval[i];
    double percent = 100.0 * sum / STANDARD_SUM;
    double quality = percent <= 100 ? (200 - percent) / 2 : 5000 / percent;
    if (quality < JPEG_QUALITY_MIN)
        return JPEG_QUALITY_MIN;
    return quality > JPEG_QUALITY_MAX ? JPEG_QUALITY_MAX : (int)(quality + 0.5);
}

static void choose_colours(struct jpeg_job *job)
{
    switch (job->in.jpeg_color_space) {
    case JCS_GRAYSCALE:
        job->in.out_color_space = JCS_GRAYSCALE;
        return;
    case JCS_YCbCr:
    case JCS_RGB:
        job->in.out_color_space = JCS_RGB;
        return;
    case JCS_CMYK:
    case JCS_YCCK:
        err_set(job->err, "the JPEG is in CMYK, made for a press; save or scan it in RGB");
        refuse(job);
    default:
        err_set(job->err, "the JPEG has colours of an unknown kind; save or scan it in RGB");
        refuse(job);
    }
}

static void describe(const struct jpeg_decompress_struct *in, struct bitmap *bitmap)
{
    double unit = in->density_unit == DENSITY_INCH ? 1
                  : in->density_unit == DENSITY_CM ? CM_PER_INCH
                                                   : 0;
    bitmap->dpi_x = in->saw_JFIF_marker ? unit * in->X_density : 0;
    bitmap->dpi_y = in->saw_JFIF_marker ? unit * in->Y_density : 0;
    bitmap->lossy = true;
    bitmap->quality = estimate_quality(in);
    for (int i = 1; i < in->num_components; i++)
        bitmap->subsampled |= in->comp_info[i].h_samp_factor < in->max_h_samp_factor ||
                              in->comp_info[i].v_samp_factor < in->max_v_samp_factor;
}

static bool run_decoder(struct jpeg_job *job)
{
    if (setjmp(job->leave))
        return false;
    jpeg_create_decompress(&job->in);
    job->in.progress = &job->progress;
    job->in.mem->max_memory_to_use = MEMORY_MAX;
    jpeg_stdio_src(&job->in, job->file);
    jpeg_read_header(&job->in, TRUE);
    choose_colours(job);
    if (!bitmap_create(&job->bitmap, job->in.image_width, job->in.image_height,
                       job->in.out_color_space == JCS_RGB ? 3 : 1, 8, job->err))
        refuse(job);
    job->in.dct_method = JDCT_ISLOW; /* the exact one, whatever the library's default */
    jpeg_start_decompress(&job->in);
    describe(&job->in, &job->bitmap);
    while (job->in.output_scanline < job->in.output_height) {
        JSAMPROW row = bitmap_row(&job->bitmap, (int)job->in.output_scanline);
        jpeg_read_scanlines(&job->in, &row, 1);
    }
    jpeg_finish_decompress(&job->in);
    return true;
}

bool jpeg_decode(FILE *file, struct bitmap *ret, struct err *err)
{
    struct jpeg_job *job = calloc(1, sizeof *job);
    if (!job)
        return err_set(err, "no memory for libjpeg");
    job->file = file;
    job->err = err;
    job->in.err = install_handlers(job);
    bool ok = run_decoder(job);
    jpeg_destroy_decompress(&job->in);
    if (ok)
        *ret = job->bitmap;
    else
        bitmap_finish(&job->bitmap);
    if (!ok && !job->refused)
        err_set(err, "the JPEG is cut short or damaged (%s); scan or copy it again", job->message);
    free(job);
    return ok;
}

static bool run_encoder(struct jpeg_job *job, const struct image *image, int quality, bool halved)
{
    if (setjmp(job->leave))
        return false;
    jpeg_create_compress(&job->out);
    jpeg_mem_dest(&job->out, &job->bytes, &job->n_bytes);
    job->out.image_width = (JDIMENSION)image->width;
    job->out.image_height = (JDIMENSION)image->height;
    job->out.input_components = image->channels;
    job->out.in_color_space = image->channels == 3 ? JCS_RGB : JCS_GRAYSCALE;
    jpeg_set_defaults(&job->out);
    jpeg_set_quality(&job->out, quality, TRUE);
    int samples = halved && image->channels == 3 ? 2 : 1; /* of brightness to one of colour */
    job->out.comp_info[0].h_samp_factor = job->out.comp_info[0].v_samp_factor = samples;
    job->out.optimize_coding = TRUE;
    if (image->dpi_x > 0 && image->dpi_x <= UINT16_MAX && image->dpi_y > 0 &&
        image->dpi_y <= UINT16_MAX) {
        job->out.density_unit = DENSITY_INCH;
        job->out.X_density = (UINT16)(image->dpi_x + 0.5);
        job->out.Y_density = (UINT16)(image->dpi_y + 0.5);
    }
    jpeg_start_compress(&job->out, TRUE);
    while (job->out.next_scanline < job->out.image_height) {
        JSAMPROW row = image_row(image, (int)job->out.next_scanline);
        jpeg_write_scanlines(&job->out, &row, 1);
    }
    jpeg_finish_compress(&job->out);
    return true;
}

bool jpeg_encode(const struct image *image, int quality, bool halved, struct buf *ret,
                 struct err *err)
{
    if (!image->data || image->width < 1 || image->height < 1)
        return err_set(err, "an empty image cannot be saved");
    if (quality < JPEG_QUALITY_MIN || quality > JPEG_QUALITY_MAX)
        return err_set(err, "JPEG quality %d is not within 1 to 100", quality);
    struct jpeg_job *job = calloc(1, sizeof *job);
    if (!job)
        return err_set(err, "no memory for libjpeg");
    job->out.err = install_handlers(job);
    bool ok = run_encoder(job, image, quality, halved);
    jpeg_destroy_compress(&job->out);
    if (ok) {
        buf_append(ret, job->bytes, job->n_bytes);
        ok = buf_ok(ret, err);
    } else {
        err_set(err, "the JPEG cannot be written (%s)", job->message);
    }
    free(job->bytes);
    free(job);
    return ok;
}
